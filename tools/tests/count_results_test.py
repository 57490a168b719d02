"""count_results on small result files."""
import json
import pathlib
import subprocess
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent.parent


class CountResults(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def ctest(self, **status):
        self.path.joinpath("tests.json").write_text(json.dumps({"tests": [{"name": name, "command": [f"/b/{name}_test"]} for name in status]}))
        cases = "".join(f'<testcase name="{name}" status="{word}">{"<failure message=" + chr(34) + chr(34) + "/>" if word == "fail" else ""}</testcase>' for name, word in status.items())
        self.path.joinpath("ctest.junit").write_text(f"<testsuite>{cases}</testsuite>")

    def gtest(self, name, *cases):
        self.path.joinpath(f"{name}_test.xml").write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")

    def lines(self):
        done = subprocess.run([str(TOOLS / "count_results"), str(self.path)], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    def test_cases_are_counted_one_by_one(self):
        self.ctest(base="run", script="run", off="disabled")
        self.gtest("base", '<testcase name="a" classname="S" status="run" result="completed"/>', '<testcase name="b" classname="S" status="run" result="skipped"><skipped/></testcase>',
                   '<testcase name="DISABLED_c" classname="S" status="notrun" result="suppressed"/>')
        self.assertEqual(self.lines(), ["2 0 3"])

    def test_a_failed_case_is_named(self):
        self.ctest(base="fail")
        self.gtest("base", '<testcase name="a" classname="S" status="run"/>', '<testcase name="b" classname="S" status="run"><failure/></testcase>')
        self.assertEqual(self.lines(), ["1 1 0", "base: S.b"])

    def test_a_crash_counts_although_no_case_failed(self):
        self.ctest(base="fail", db="fail", gone="notrun")
        self.gtest("base", '<testcase name="a" classname="S" status="run"/>')
        self.assertEqual(self.lines(), ["1 3 0", "base: the program itself", "db: the program itself", "gone: the program itself"])

    def test_a_run_that_the_machine_cannot_do_is_skipped_and_a_missing_program_is_not(self):
        self.ctest(disk="notrun", gone="notrun")
        junit = self.path / "ctest.junit"
        for name, message in (("disk", "SKIP_RETURN_CODE=77"), ("gone", "Unable to find executable")):
            junit.write_text(junit.read_text().replace(f'<testcase name="{name}" status="notrun">', f'<testcase name="{name}" status="notrun"><skipped message="{message}"/>'))
        self.assertEqual(self.lines(), ["0 1 1", "gone: the program itself"])


if __name__ == "__main__":
    unittest.main()
