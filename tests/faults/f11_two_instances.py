#!/usr/bin/env python3
"""F-11: two servers on one PostgreSQL race for the same stores while one is killed again and again and the other is stopped beyond its leases.

f11_two_instances.py --bin build/release/bin
f11_two_instances.py --bin build/release/bin --rounds 50 --wait      (waits in real time until leases and lost sendings are out: 8 min)
"""
import random
import time

import balancer
import driver
import oracle
import postgres

STORES = 8
PER_SECOND = 150    # Orders, while a burst lasts.
BURST_S = 0.5
LOST_AFTER_S = 180  # operate::Outbox: a lease, and 150 s in which a marketplace may still be executing.
TAKEN_OVER_S = 60   # F-11: no work is left alone for longer while an instance is free.
ANSWER_MS = 2_500   # How long the marketplace keeps a subscription's answer back.

# Every state that a lease ever had: what the table itself forgets.
HISTORY = """
CREATE TABLE lease_history (n bigserial PRIMARY KEY, name text, owner text, fence bigint, expires_at bigint, at bigint);
CREATE FUNCTION keep_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO lease_history (name, owner, fence, expires_at, at)
  VALUES (NEW.name, NEW.owner, NEW.fence, NEW.expires_at, floor(extract(epoch FROM clock_timestamp()) * 1000));
  RETURN NEW; END $$;
CREATE TRIGGER keep_lease AFTER INSERT OR UPDATE ON leases FOR EACH ROW EXECUTE FUNCTION keep_lease();
"""


class Run:
    def __init__(self, given, folder, chance):
        self.given, self.folder, self.chance = given, folder, chance
        self.parts, self.front = [], None

    def open(self):
        given, folder = self.given, self.folder
        self.database = self.add(postgres.Postgres())
        self.sandbox = self.add(driver.Sandbox(given.bin / "stallward-sandbox", folder / "sandbox", given.seed, STORES, speed=60))
        self.front = balancer.Balancer(given.seed)
        self.sandbox.tell("PUT", "/faults", self.faults())
        config = folder / "config.toml"
        config.write_text(f'public_url = "{self.front.url}"\ndb = "{self.database.url}"\n')
        # The folder holds the keys: one for both. The database holds all else.
        self.data = folder / "data"
        self.one, self.other = [self.add(driver.Server(given.bin / "stallward", folder, self.data, self.sandbox.control_port, name, ["--config", config]))
                                for name in ("one", "other")]

    def add(self, part):
        self.parts.append(part)
        return part

    def remove(self):
        if self.front:
            self.front.close()
        for part in reversed(self.parts):
            part.remove()

    def faults(self, api=()):
        return {"api": list(api), "webhooks": [{"kind": "duplicate", "type": 1, "share": 0.1, "copies": 1, "delay_s": 1}]}

    def owners(self):
        return {owner for owner, in self.database.rows("SELECT DISTINCT owner FROM lease_history WHERE owner <> ''")}

    def sending(self):
        """Subscriptions that are being sent: (shop, topic, owner of the lease)."""
        return self.database.rows(
            "SELECT s.ext_id, replace(o.object, 'webhook/', ''), l.owner FROM outbox o JOIN stores s ON s.id = o.store_id "
            "JOIN leases l ON l.name = o.lease_name AND l.fence = o.fence WHERE o.state = 'sending'")

    def executed(self):
        return {(e["shop"], e["topic"]) for e in self.sandbox.effects() if e["what"] == "webhook_set"}

    def backlog(self):
        for server in (self.one, self.other):
            if not server.program.running():
                raise driver.Broken(f"a server ended, see {server.log}.err")
        if not self.given.wait:
            # As if the time had passed that what a killed instance was sending rests before others find out about it; once,
            # however often this is asked: what is older than ten minutes goes to a person.
            self.database.run(
                f"UPDATE outbox SET sent_at = least(sent_at, {int(time.time() - LOST_AFTER_S) * 1_000}) WHERE state = 'sending' AND NOT EXISTS (SELECT 1 FROM leases l WHERE "
                "l.name = outbox.lease_name AND l.fence = outbox.fence AND l.owner <> '' AND l.expires_at > floor(extract(epoch FROM now()) * 1000))")
        now = int(time.time() * 1_000)
        return [count for count, in self.database.rows(
            "SELECT count(*) FROM raw_events WHERE state < 2 OR (state = 3 AND retry_at > 0) UNION ALL "
            "SELECT count(*) FROM outbox WHERE finished_at = 0 UNION ALL "
            f"SELECT count(*) FROM sync_cursors WHERE due_at < {now - 3_000}")]

    def begin(self):
        self.one.start()
        self.database.run(HISTORY)
        self.front.ports = [self.one.port]
        driver.wait_for("all stores connected",
                        lambda: self.database.rows("SELECT count(*) FROM stores WHERE connection = 'connected'") == [(STORES,)], 60)
        self.firsts = self.owners()
        self.other.start()
        self.front.ports.append(self.other.port)

    def late_sender(self):
        """Stops the first instance while the marketplace has executed what it sent and not answered yet; the other has to find that out."""
        self.sandbox.tell("PUT", "/faults", self.faults([{"kind": "latency", "operation": "webhooks.put", "delay_ms": ANSWER_MS}]))
        stopped = []

        def caught():
            its_own = [row for row in self.sending() if row[2] in self.firsts]
            if not its_own:
                return False
            self.one.program.pause()
            stopped[:] = [row for row in self.sending() if row[2] in self.firsts]
            # In real time nothing has to be known: what was not sent when it stopped must not be sent when it goes on.
            if stopped and (self.given.wait or all(row[:2] in self.executed() for row in stopped)):
                return True
            self.one.program.go_on()
            return False

        driver.wait_for("an action of the first instance under way", caught, 30, every=0.05)
        began = time.monotonic()
        if self.given.wait:
            time.sleep(LOST_AFTER_S)
        else:
            # As if that time had passed: what the first instance holds is as old as it would be.
            self.database.run("UPDATE leases SET expires_at = 0 WHERE owner IN (" + ",".join(f"'{o}'" for o in self.firsts) + ")")
            self.database.run(f"UPDATE outbox SET sent_at = sent_at - {LOST_AFTER_S * 1_000} WHERE state = 'sending'")
        names = ",".join(f"'{shop} {topic}'" for shop, topic, _ in stopped)
        driver.wait_for(
            "the other instance has found out what the stopped one sent",
            lambda: self.database.rows("SELECT count(*) FROM outbox o JOIN stores s ON s.id = o.store_id WHERE finished_at = 0 AND "
                                       f"s.ext_id || ' ' || replace(o.object, 'webhook/', '') IN ({names})") == [(0,)], 60)
        print(f"stopped with {len(stopped)} actions under way; the other instance settled them {time.monotonic() - began:.1f} s after the stop", flush=True)
        self.one.program.go_on()
        self.sandbox.tell("PUT", "/faults", self.faults())

    def rounds(self):
        for number in range(self.given.rounds):
            self.sandbox.tell("POST", "/bursts", {"per_second": PER_SECOND, "seconds": BURST_S})
            if number % 3 == 1:
                # All tokens are refused from now on: both instances find out at once.
                self.sandbox.tell("POST", "/tokens", {"action": "expire_access"})
            time.sleep(self.chance.uniform(0.030, 0.500))
            victim = self.chance.choice((self.one, self.other))
            if number % 4 == 3:
                victim.program.pause()
                time.sleep(self.chance.uniform(0.5, 3))
                victim.program.go_on()
            else:
                victim.kill()
                victim.start()
        return self.given.rounds

    def check_leases(self, verdict):
        last, owners = {}, {}
        changes = 0
        for _, name, owner, fence, expires_at, at in self.database.rows("SELECT * FROM lease_history ORDER BY n"):
            before = last.get(name)
            last[name] = (owner, expires_at)
            if not owner:
                continue
            if owners.setdefault((name, fence), owner) != owner:
                verdict.duplicates.append(f"lease {name}: two owners with fence {fence}")
            if before and before[0] and before[0] != owner:
                changes += 1
                if before[1] > at:
                    verdict.duplicates.append(f"lease {name}: taken {before[1] - at} ms before it ended")
        return changes

    def check_tokens(self, verdict, faults):
        refreshed = [e for e in self.sandbox.effects() if e["what"] == "token_refreshed"]
        sellers = {e["seller"] for e in refreshed}
        for seller in sellers:
            count = sum(e["seller"] == seller for e in refreshed)
            # A killed instance may have been given a token that it could not keep.
            if count > 2 * faults:
                verdict.duplicates.append(f"the token of seller {seller} was refreshed {count} times")
        for name, connection in self.database.rows("SELECT ext_id, connection FROM stores WHERE connection <> 'connected'"):
            verdict.damaged.append(f"store {name} is {connection}")
        return len(refreshed)


def look(given, folder):
    chance = random.Random(given.seed)
    run = Run(given, folder, chance)
    try:
        run.open()
        run.begin()
        run.late_sender()
        faults = run.rounds()
        began = time.monotonic()
        # A killed instance's work is taken over when its leases are out.
        driver.wait_for("every store's polls are taken over", lambda: run.backlog()[2] == 0, TAKEN_OVER_S)
        print(f"{faults} faults; all polls under way again {time.monotonic() - began:.1f} s after the last", flush=True)
        driver.settle(run.sandbox, run.backlog, 120 + 3 * given.rounds + (2 * LOST_AFTER_S if given.wait else 0))
        for server in (run.one, run.other):
            server.stop()
        verdict = oracle.judge_tables(oracle.Cluster(run.database), run.sandbox)
        changes = run.check_leases(verdict)
        refreshed = run.check_tokens(verdict, faults)
        orphans = run.one.left_behind() + run.other.left_behind()
        if orphans:
            verdict.damaged.append(f"processes that outlived their server: {orphans}")
        for line in verdict.lines():
            print(line)
        starts = run.one.starts + run.other.starts
        print(f"leases that changed hands {changes}, tokens refreshed {refreshed}, instances {len(run.owners())}, starts {len(starts)}, slowest {max(starts):.2f} s")
        if not verdict.clean():
            raise driver.Broken("the comparison found losses, duplicates, damage or unfinished work")
        if changes == 0 or len(run.owners()) < 2:
            raise driver.Broken("nothing ever changed hands: this run shows nothing")
    finally:
        run.remove()


def main():
    given = driver.arguments(
        "two instances on one PostgreSQL",
        rounds={"type": int, "default": 6},
        wait={"action": "store_true", "help": "keep the first instance stopped in real time until all that it held is given up"})
    if postgres.Postgres.folder_of_programs() is None:
        print("skipped: PostgreSQL is not installed (pg_config --bindir)")
        return driver.SKIPPED
    print(f"f11_two_instances: seed {given.seed}, {driver.load()}", flush=True)
    with driver.folder_for("f11_two_instances", given.bin.parent) as folder:
        look(given, folder)
    print("passed")
    return 0


if __name__ == "__main__":
    driver.run(main)
