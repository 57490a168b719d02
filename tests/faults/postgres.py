"""A PostgreSQL server of the run's own: in a short folder (a socket's path has at most 107 bytes), reachable by its socket alone, not as root."""
import ctypes
import json
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile

import driver

PR_SET_PDEATHSIG = 1


class Postgres:
    USER = "stallward"

    def __init__(self):
        """Broken when it does not start; a run on a machine without PostgreSQL asks installed() first."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pg-"))
        self.program = None
        self.user = None
        if os.geteuid() == 0:
            # initdb refuses to run as root.
            for name in ("postgres", "nobody"):
                try:
                    self.user = pwd.getpwnam(name)
                    break
                except KeyError:
                    continue
            if self.user is None:
                raise driver.Broken("no user to run PostgreSQL as")
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        try:
            self.start()
        except BaseException:
            self.remove()
            raise

    @staticmethod
    def folder_of_programs():
        """None when PostgreSQL is not installed."""
        try:
            answer = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, timeout=30, check=True)
        except (OSError, subprocess.SubprocessError):
            return None
        folder = pathlib.Path(answer.stdout.strip())
        return folder if (folder / "initdb").exists() and (folder / "postgres").exists() else None

    def command(self, program, *options):
        def become():
            # Gone with the run, however that ends; after setuid, which clears it.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)

        identity = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        with open(self.folder / "log", "ab") as log:
            return subprocess.Popen([str(self.folder_of_programs() / program), *options], cwd=self.folder, stdin=subprocess.DEVNULL,
                                    stdout=log, stderr=log, preexec_fn=become, **identity)

    def start(self):
        data = str(self.folder / "d")
        made = self.command("initdb", "-D", data, "-U", self.USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").wait(120)
        if made != 0:
            raise driver.Broken(f"initdb failed: {self.log()}")
        # The runs end programs, never the machine: no fsync.
        self.program = self.command("postgres", "-D", data, "-k", str(self.folder), "-c", "listen_addresses=", "-c", "fsync=off",
                                    "-c", "max_connections=200", "-c", "shared_buffers=32MB")
        driver.wait_for("PostgreSQL", lambda: self.psql("SELECT 1", "postgres").returncode == 0, 60)
        if self.psql("CREATE DATABASE console", "postgres").returncode != 0:
            raise driver.Broken("the database could not be made")

    def log(self):
        return (self.folder / "log").read_text(errors="replace")[-500:]

    @property
    def url(self):
        return f"postgresql:///console?host={self.folder}&user={self.USER}"

    def psql(self, sql, database="console"):
        return subprocess.run(
            [str(self.folder_of_programs() / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-U", self.USER, "-d", database, "-c", sql],
            capture_output=True, text=True, timeout=60, check=False)

    def run(self, sql):
        done = self.psql(sql)
        if done.returncode != 0:
            raise driver.Broken(f"{sql[:80]}: {done.stderr.strip()}")
        return done.stdout

    def rows(self, sql):
        """The rows of a query, each a tuple."""
        # Pairs, since two columns may have the same name.
        return json.loads(self.run(f"SELECT coalesce(json_agg(q), '[]') FROM ({sql}) AS q"), object_pairs_hook=lambda pairs: tuple(value for _, value in pairs))

    def remove(self):
        if self.program and self.program.poll() is None:
            self.program.send_signal(signal.SIGQUIT)
            self.program.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
