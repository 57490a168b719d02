"""check_licences on a small tree of its own."""
import json
import pathlib
import subprocess
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent.parent


class CheckLicences(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.tree = pathlib.Path(self.folder.name)
        self.write("cmake/Libraries.cmake", "find_package(Threads REQUIRED)\nfind_package(Boost 1.81 CONFIG)\npkg_check_modules(A REQUIRED IMPORTED_TARGET liba)\n")
        self.write("NOTICE", "name | licence | package\nBoost | BSL-1.0 | libboost1.81-dev\nliba | MIT | liba-dev\n")
        self.write("tools/packages/debian-12.txt", "libboost1.81-dev\nliba-dev\n")
        self.write("tools/packages/debian-13.txt", "libboost1.83-dev\nliba-dev\n")

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def lock(self, **packages):
        self.write("web/package-lock.json", json.dumps({"packages": {"": {"name": "console"}} | {f"node_modules/{k}": v for k, v in packages.items()}}))

    def problems(self):
        done = subprocess.run([str(TOOLS / "check_licences"), str(self.tree)], capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.returncode, 1 if done.stdout else 0)
        return done.stdout

    def test_a_complete_notice_passes(self):
        self.assertEqual(self.problems(), "")

    def test_a_library_without_a_row_is_found(self):
        self.write("NOTICE", "name | licence | package\nBoost | BSL-1.0 | libboost1.81-dev\n")
        self.assertIn("NOTICE: no row for liba", self.problems())

    def test_a_package_missing_from_a_list_is_found(self):
        self.write("tools/packages/debian-13.txt", "liba-dev\n")
        self.assertIn("debian-13.txt: libboost1.83-dev", self.problems())

    def test_a_library_in_the_package_list_without_a_row_is_found(self):
        self.write("tools/packages/debian-12.txt", "libboost1.81-dev\nliba-dev\nlibother-dev\n")
        self.assertIn("NOTICE: no row for libother-dev", self.problems())

    def test_npm_licences(self):
        self.lock(good={"license": "MIT"}, either={"license": "(GPL-2.0 OR MIT)"}, tool={"license": "MPL-2.0", "dev": True})
        self.assertEqual(self.problems(), "")
        self.lock(bad={"license": "GPL-3.0"}, silent={}, both={"license": "(MIT AND GPL-3.0)"}, shipped={"license": "MPL-2.0"})
        found = self.problems()
        for name in ("bad", "silent", "both", "shipped"):
            self.assertIn(f"node_modules/{name} ", found)

    def test_what_the_console_imports_has_a_row(self):
        self.write("web/package.json", json.dumps({"dependencies": {"react": "1"}}))
        self.assertIn("NOTICE: no row for react", self.problems())


if __name__ == "__main__":
    unittest.main()
