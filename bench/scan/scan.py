#!/usr/bin/env python3
"""CPU time for each raw mail and each SMS that `stallward scan` judges, core and workers together, on one core; beside rspamd on the same mails.

scan.py [--bin build/release/bin] [--mails FOLDER] [--sms FILE] [--count 4000] [--fetch]

Without files of your own the mails are made from the genuine messages of src/detect/cases and the words of tests/flows: text and HTML, plain, quoted-printable
and base64, with attachments. --mails takes a folder of .eml files, --sms JSON Lines (also .gz), of which lines with "channel": "sms" are used.
rspamd is taken from build/rspamd; --fetch unpacks Debian's packages there first. It runs on loopback with everything switched off that asks the network.

A run over a few messages is subtracted, so that loading the rules does not count. To hold: >= 2,000 raw mails/s, >= 20,000 SMS/s; >= 3 x rspamd.
"""
import concurrent.futures
import ctypes
import email.message
import email.policy
import gzip
import json
import os
import pathlib
import random
import resource
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HERE / "tests" / "faults"), str(HERE / "bench" / "scan")]
import driver  # noqa: E402
import rspamd  # noqa: E402

MAILS_S, SMS_S, TIMES = 2_000, 20_000, 3
PR_SET_CHILD_SUBREAPER = 36


def cases():
    """The given messages of the detectors' cases: (language, subject, from, text, links)."""
    found = []
    for path in sorted((HERE / "src/detect/cases").rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            given = json.loads(line)["given"] if line.strip() else {}
            if given.get("message"):
                found.append((given.get("subject", "Your order"), given.get("from", "Shop <shop@example.com>"), given["message"],
                              [link["url"] for link in given.get("links", []) if link.get("url")]))
    return found


def made_mails(count, seed):
    chance, texts, mails = random.Random(seed), cases(), []
    for n in range(count):
        subject, sender, text, links = chance.choice(texts)
        body = "\n\n".join([text] + [chance.choice(texts)[2] for _ in range(chance.randrange(4))])
        message = email.message.EmailMessage(policy=email.policy.SMTP)
        message["Received"] = f"from mx{n % 7}.example.net (mx{n % 7}.example.net [192.0.2.{n % 250}]) by mail.example.com with ESMTPS; Sun, 22 Nov 2026 10:{n % 60:02}:00 +0000"
        message["From"] = sender
        message["To"] = "seller@example.com"
        message["Subject"] = subject
        message["Date"] = f"Sun, 22 Nov 2026 10:{n % 60:02}:00 +0000"
        message["Message-ID"] = f"<{n}.{seed}@example.net>"
        encoding = chance.choice(["quoted-printable", "base64"])
        message.set_content(body + "\n" + "\n".join(links), cte=encoding)
        if chance.random() < 0.7:
            rows = "".join(f"<tr><td style=\"font-family:Arial;color:#333\">{part}</td></tr>" for part in body.split("\n\n"))
            anchors = "".join(f'<p><a href="{link}">{chance.choice(["Open", link, "Seller Center"])}</a></p>' for link in links or ["https://seller-th.tiktok.com/order"])
            message.add_alternative(f"<html><head><style>td {{ padding: 4px }}</style></head><body><table>{rows}</table>{anchors}</body></html>", subtype="html",
                                    cte=encoding)
        if chance.random() < 0.1:
            message.add_attachment(chance.randbytes(chance.randrange(2_000, 40_000)), maintype="application", subtype="pdf", filename="invoice.pdf")
        mails.append(message.as_bytes())
    return mails


def made_sms(count, seed):
    chance, texts = random.Random(seed), cases()
    return [json.dumps({"id": f"sms{n}", "channel": "sms", "text": f"{chance.choice(texts)[2][:chance.randrange(60, 320)]} {n}"}, ensure_ascii=False) for n in range(count)]


def given_sms(path, count):
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file if '"sms"' in line and json.loads(line).get("channel") == "sms"]
    return some(lines, count)


def some(things, count):
    """`count` of them, spread evenly; repeated when there are fewer."""
    if not things:
        raise driver.Broken("nothing to scan")
    return [things[n * len(things) // count % len(things)] if len(things) >= count else things[n % len(things)] for n in range(count)]


def mbox_of(mails):
    out = bytearray()
    for mail in mails:
        out += b"From bench@example.com Sun Nov 22 10:00:00 2026\n"
        out += b"\n".join((b">" + line if line.startswith(b"From ") else line) for line in mail.replace(b"\r\n", b"\n").split(b"\n")) + b"\n\n"
    return bytes(out)


def cpu_of(command):
    """(CPU seconds of the program and all its children, its output). The workers' parent comes to us when the program is gone, and is counted too."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, timeout=900, check=False)
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise driver.Broken(f"{command[1]} ended with {done.returncode}: {done.stderr[-300:]!r}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def scanned(given, folder, name, form, few, many, hold, write):
    """Seconds of CPU for one message."""
    counts, costs = [], []
    for part in (few, many):
        path = folder / f"{name}-{len(part)}.{form}"
        write(path, part)
        cost, out = cpu_of([given.bin / "stallward", "scan", "--format", form, "--jobs", "1", path])
        verdicts = [json.loads(line)["verdict"] for line in out.splitlines()]
        if len(verdicts) != len(part):
            raise driver.Broken(f"{len(part)} messages, {len(verdicts)} lines")
        counts.append(len(part))
        costs.append(cost)
    each = (costs[1] - costs[0]) / (counts[1] - counts[0])
    told = {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))}
    print(f"{name:12} {1 / each:9.0f} a second and core, {each * 1e6:7.0f} us CPU each  {'held' if 1 / each >= hold else 'NOT HELD'} ({hold}/s); "
          f"{counts[1]} messages, start {costs[0] - each * counts[0]:.2f} s CPU; {told}", flush=True)
    return each


def beside_rspamd(given, folder, mails, ours):
    place = given.bin.parent.parent / "rspamd"
    if given.fetch and not rspamd.there(place):
        rspamd.fetch(place)
    if not rspamd.there(place):
        print(f"rspamd is not in {place}: --fetch unpacks Debian's packages there, for the comparison")
        return
    own = folder / "rspamd"
    own.mkdir()
    program = rspamd.Rspamd(place, own)
    try:
        for mail in mails[:20]:
            program.scan(mail)
        before = program.cpu()
        # Many at once, since it waits for name servers that are not there; the CPU time is what counts.
        with concurrent.futures.ThreadPoolExecutor(16) as senders:
            bad = sum(status != 200 for status in senders.map(program.scan, mails))
        each = (program.cpu() - before) / len(mails)
    finally:
        program.stop()
    print(f"{'rspamd':12} {1 / each:9.0f} a second and core, {each * 1e6:7.0f} us CPU each; {len(mails)} mails, {bad} not scanned\n"
          f"ratio: {each / ours:.1f}  {'held' if each / ours >= TIMES else 'NOT HELD'} ({TIMES})", flush=True)


def look(given, folder):
    if given.mails:
        files = sorted(given.mails.rglob("*.eml"))
        mails = [path.read_bytes() for path in some(files, min(given.count, len(files)))]
    else:
        mails = made_mails(given.count, given.seed)
    sms = given_sms(given.sms, given.count * 10) if given.sms else made_sms(given.count * 10, given.seed)
    print(f"{len(mails)} mails of {sum(map(len, mails)) / len(mails) / 1e3:.1f} kB, {len(sms)} SMS of {sum(len(s.encode()) for s in sms) / len(sms):.0f} bytes a line", flush=True)
    # One core, for us and for what we start; rspamd prepares itself on all of them.
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    few = max(1, min(100, len(mails) // 4))
    each = scanned(given, folder, "raw mails", "mbox", mails[:few], mails, MAILS_S, lambda path, part: path.write_bytes(mbox_of(part)))
    scanned(given, folder, "SMS", "jsonl", sms[:few], sms, SMS_S, lambda path, part: path.write_text("\n".join(part) + "\n", encoding="utf-8"))
    os.sched_setaffinity(0, cores)
    beside_rspamd(given, folder, mails[:given.rspamd_count], each)


def main():
    if "--bin" not in sys.argv:
        # As ./run bench calls it: a link beside the programs.
        sys.argv += ["--bin", str(pathlib.Path(sys.argv[0]).absolute().parent)]
    given = driver.arguments("CPU time of scanning messages", mails={"type": pathlib.Path}, sms={"type": pathlib.Path}, count={"type": int, "default": 4_000},
                             rspamd_count={"type": int, "default": 1_000}, fetch={"action": "store_true"})
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    print(f"bench_scan: seed {given.seed}, {driver.load()}", flush=True)
    with driver.folder_for("bench_scan", given.bin.parent) as folder:
        look(given, folder)
    print(driver.load())
    return 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    driver.run(main)
