"""rspamd from Debian's package, unpacked into the build folder and asked on loopback: no name server, nothing that needs the network.

It conflicts with vectorscan when installed, so its files are only unpacked and started from there.
"""
import contextlib
import http.client
import os
import pathlib
import shutil
import signal
import subprocess
import time

import driver

# What asks the network or a Redis server; without these rspamd does less, which is in its favour.
OFF = ("antivirus", "arc", "asn", "bayes_expiry", "clickhouse", "dcc", "dkim", "dkim_signing", "dmarc", "elastic", "external_services", "fuzzy_check",
       "greylist", "history_redis", "hfilter", "metadata_exporter", "metric_exporter", "mx_check", "neural", "p0f", "phishing_feeds", "ratelimit", "rbl",
       "replies", "reputation", "rspamd_update", "spf", "url_redirector", "url_reputation")
HYPERSCAN_S = 120


def fetch(place):
    """Unpacks the packages that Debian's own client downloads."""
    packages = place / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    wanted = ["rspamd", "libhyperscan5", "libluajit2-5.1-2", "libunwind8"]
    subprocess.run(["apt-get", "download", *wanted], cwd=packages, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for package in sorted(packages.glob("*.deb")):
        subprocess.run(["dpkg", "-x", package, place / "root"], check=True)


def there(place):
    return (place / "root/usr/bin/rspamd").exists()


class Rspamd:
    """One worker that scans, in a folder of its own; asked over HTTP."""

    def __init__(self, place, folder):
        root, self.port = place / "root", driver.free_port()
        config, state = folder / "config", folder / "state"
        shutil.copytree(root / "etc/rspamd", config)
        for name in ("run", "db", "log", "tmp"):
            (state / name).mkdir(parents=True)
        local = config / "local.d"
        local.mkdir(exist_ok=True)
        (local / "options.inc").write_text(
            f'tempdir = "{state}/tmp";\ndns {{ nameserver = ["127.0.0.1:{driver.free_port()}"]; timeout = 0.05s; retransmits = 1; }}\ndisable_monitoring = true;\n')
        (local / "logging.inc").write_text('level = "error";\n')
        (local / "worker-normal.inc").write_text(f'bind_socket = "127.0.0.1:{self.port}";\ncount = 1;\n')
        for worker in ("controller", "proxy"):
            (local / f"worker-{worker}.inc").write_text("enabled = false;\ncount = 0;\n")
        for module in OFF:
            (local / f"{module}.conf").write_text("enabled = false;\n")
        share = root / "usr/share/rspamd"
        values = {"CONFDIR": config, "LOCAL_CONFDIR": config, "SHAREDIR": share, "PLUGINSDIR": share / "plugins", "RULESDIR": share / "rules",
                  "LUALIBDIR": share / "lualib", "WWWDIR": share / "www", "DBDIR": state / "db", "RUNDIR": state / "run", "LOGDIR": state / "log"}
        libraries = f"{root}/usr/lib/x86_64-linux-gnu:{root}/usr/lib/rspamd"
        command = [root / "usr/bin/rspamd", "-f", "-i", "-c", config / "rspamd.conf"] + [f"--var={name}={value}" for name, value in values.items()]
        self.db = state / "db"
        self.program = driver.Program(command, folder / "rspamd", {"LD_LIBRARY_PATH": libraries, **{name: str(value) for name, value in values.items()}})
        driver.wait_for("rspamd", self.answers, 60)
        self.wait_for_patterns()

    def answers(self):
        if not self.program.running():
            raise driver.Broken(f"rspamd ended at once, see {self.program.log}.err and {self.db.parent}/log")
        return driver.ask(self.port, "GET", "/ping")[0] == 200

    def wait_for_patterns(self):
        """Its helper compiles patterns for the fast matcher after the start; until they are loaded it is slower."""
        end, seen, since = time.monotonic() + HYPERSCAN_S, None, time.monotonic()
        while time.monotonic() < end:
            now = sorted((path.name, path.stat().st_size) for path in self.db.glob("*.hs*"))
            if now != seen:
                seen, since = now, time.monotonic()
            if now and time.monotonic() - since > 8:
                return
            time.sleep(0.5)
        raise driver.Broken("rspamd's patterns were not compiled in time")

    def scan(self, mail):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", "/checkv2", mail)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def cpu(self):
        """CPU seconds of the worker that scans; its helpers are left out."""
        found = []
        for pid in driver.members_of(self.program.process.pid):
            with contextlib.suppress(OSError):
                if b"normal" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(sum(map(int, pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])))
        if not found:
            raise driver.Broken("rspamd's worker was not found")
        return sum(found) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        if self.program.running():
            self.program.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.program.process.wait(10)
        self.program.remove()
