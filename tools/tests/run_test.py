"""The parts of ./run that decide: what is counted, when a run has failed, what is missing, and who is asked."""
import pathlib
import socket
import subprocess
import tempfile
import unittest

TREE = pathlib.Path(__file__).resolve().parent.parent.parent


def bash(script, folder=TREE, status=0):
    """Runs a script after loading the parts of ./run."""
    start = f"set -euo pipefail; cd {folder}; for part in {TREE}/tools/run/*.sh; do . $part; done; part_began=0;\n"
    done = subprocess.run(["bash", "-c", start + script], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == status, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


class Summary(unittest.TestCase):
    def test_all_parts_are_added_up(self):
        self.assertEqual(bash('count a "3 0 0"; count b "4 0 0"; sum_up').splitlines()[-1], "7 passed, 0 failed")

    def test_skipped_cases_are_said(self):
        self.assertEqual(bash('count a "3 0 2"; sum_up').splitlines()[-1], "3 passed, 0 failed, 2 skipped")

    def test_a_failed_case_fails_the_run_and_is_named(self):
        text = bash('count a "3 1 0" "x: Suite.case"; sum_up', status=1)
        self.assertIn("FAILED  a: x: Suite.case", text)
        self.assertEqual(text.splitlines()[-1], "3 passed, 1 failed")

    def test_a_part_without_a_test_fails_the_run(self):
        text = bash('count a "3 0 0"; count b "0 0 4"; sum_up', status=1)
        self.assertIn("b: no test ran", text)

    def test_a_part_that_could_not_run_fails_the_run(self):
        self.assertIn("tests: could not be run", bash('count a "3 0 0"; broken tests; sum_up', status=1))

    def test_a_runner_that_left_no_figures_could_not_run(self):
        self.assertIn("web: could not be run", bash('count a "3 0 0"; counted_junit web /nonexistent; sum_up', status=1))

    def test_a_failed_command_fails_the_run(self):
        with tempfile.TemporaryDirectory() as folder:
            text = bash('run_check "the check" log false || true; sum_up', folder, status=1)
            self.assertIn("the check: FAILED", text)
            self.assertEqual(text.splitlines()[-1], "0 passed, 1 failed")


class Steps(unittest.TestCase):
    def test_the_end_of_the_log_is_shown_when_a_command_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            text = bash("logged title name sh -c 'echo the reason; exit 7' || echo status $?", folder)
            self.assertIn("title: FAILED", text)
            self.assertIn("| the reason", text)
            self.assertIn("status 7", text)

    def test_a_stamp_holds_for_its_hash_only(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(bash("stamped a 1 || echo no; stamp a 1; stamped a 1 && echo yes; stamped a 2 || echo changed", folder).split(), ["no", "yes", "changed"])

    def test_too_little_disk_is_said_before_anything_happens(self):
        self.assertIn("are free", bash("need_disk / 999999999 Everything", status=1))


class Up(unittest.TestCase):
    def test_a_port_in_use_is_said_before_anything_is_built(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            if port > 64000:
                self.skipTest("the system gave a port without a neighbour")
            text = bash(f"run_build() {{ echo built; }}; run_up --port {port}", status=1)
        self.assertIn(f"already uses port {port}", text)
        self.assertNotIn("built", text)

    def test_wrong_options_are_said(self):
        for options in ("--colour", "--port", "--port x", "--port 99", "--port 65001", "--data"):
            self.assertIn("run: ", bash(f"run_build() {{ exit 0; }}; run_up {options}", status=1))

    def test_waiting_ends_when_the_process_is_gone(self):
        self.assertIn("gone", bash("true & pid=$!; wait $pid; wait_for 1 $pid 60 || echo gone"))


class Packages(unittest.TestCase):
    def test_sizes_as_apt_prints_them(self):
        self.assertEqual(bash('for s in "489 MB" "2,202 MB" "1.5 GB" "900 kB" "0 B"; do echo $(in_megabytes "$s"); done').split(), ["490", "2203", "1501", "1", "1"])

    def test_what_is_missing(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "list").write_text("# a comment\nhere\nabsent # for a reason\n\nalso-absent\n")
            self.assertEqual(bash('command() { :; }; installed_packages() { printf "here\\nother\\n"; }; missing_packages list', folder).split(), ["absent", "also-absent"])

    def test_npm_is_asked_for_only_where_there_is_none(self):
        script = 'installed_packages() { :; }; command() { if [ "$2" = npm ]; then return %d; else builtin command "$@"; fi; }; missing_packages list'
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "list").write_text("a\n")
            self.assertEqual(bash(script % 1, folder).split(), ["a", "nodejs", "npm"])
            self.assertEqual(bash(script % 0, folder).split(), ["a"])

    def test_without_root_and_sudo_the_one_command_is_said(self):
        text = bash('id() { echo 1000; }; sudo() { return 1; }; packages_asked=test; ask_root', status=1)
        self.assertIn("run packages test'", text)

    def test_another_system_is_told_what_to_do(self):
        text = bash('debian_release() { return 1; }; need_packages', status=1)
        self.assertIn("STALLWARD_PACKAGES=skip", text)
        self.assertEqual(bash('debian_release() { return 1; }; STALLWARD_PACKAGES=skip need_packages'), "")

    def test_both_releases_name_the_same_packages_but_for_boost(self):
        for kind in ("", "-test"):
            lists = []
            for release in (12, 13):
                text = (TREE / f"tools/packages/debian-{release}{kind}.txt").read_text().replace("1.83", "1.81")
                lists.append(sorted(line for line in text.splitlines() if line and not line.startswith("#")))
            self.assertEqual(*lists)


if __name__ == "__main__":
    unittest.main()
