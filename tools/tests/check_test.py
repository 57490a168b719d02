"""tools/check on a small tree of its own: each kind of finding is planted once."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

TREE = pathlib.Path(__file__).resolve().parent.parent.parent


class Check(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.tree = pathlib.Path(self.folder.name)
        for name in ("tools/check", "tools/check_rooms", "tools/check_words", "tools/check_licences", "tools/check_promises", ".clang-format"):
            self.plant((TREE / name).read_text(), name)
            shutil.copymode(TREE / name, self.tree / name)
        self.plant("| allow-list | what is permitted | `whitelist` | |\n", "docs/words.md")
        self.plant("base\ndb base\n", "tools/rooms.txt")
        self.plant("find_package(fmt)\n", "cmake/Libraries.cmake")
        self.plant("fmt | MIT | libfmt-dev\n", "NOTICE")
        for release in (12, 13):
            self.plant("libfmt-dev\n", f"tools/packages/debian-{release}.txt")
        self.plant("| API-1 | strict | |\n", "ASSURANCE.md")
        subprocess.run(["git", "init", "-q", str(self.tree)], check=True)

    def tearDown(self):
        self.folder.cleanup()

    def check(self):
        done = subprocess.run([str(self.tree / "tools/check")], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1 if any(not line.startswith(" ") and not line.endswith(": ok") for line in done.stdout.splitlines()) else 0, done.stdout)
        return done.stdout

    def plant(self, text, name="docs/new.md"):
        (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
        (self.tree / name).write_text(text)

    def test_a_clean_tree_passes(self):
        self.assertNotIn("\n  ", self.check())

    def test_a_badly_formatted_file_is_found(self):
        self.plant("int  main( ) {return 0;}\n", "bench/a.cpp")
        self.assertIn("bench/a.cpp:1", self.check())

    def test_a_long_file_is_found(self):
        self.plant("// line\n" * 601, "bench/a.cpp")
        self.assertIn("bench/a.cpp: 601 lines", self.check())

    def test_a_document_or_path_that_does_not_exist_is_found(self):
        self.plant("See docs/" + "gone.md.\n")
        self.assertIn("docs/new.md:1: there is no docs/gone.md", self.check())
        self.plant("See `src/" + "gone/x.h`, `src/<name>/` and `docs/words.md`.\n")
        self.assertEqual([line for line in self.check().splitlines() if "there is no" in line], ["  docs/new.md:1: there is no src/gone/x.h"])

    def test_marks_of_unfinished_work_are_found(self):
        for mark in ("TO" + "DO", "FIX" + "ME"):
            self.plant(f"Some text.\n{mark}: more text\n")
            self.assertIn("docs/new.md:2:", self.check())

    def test_machine_paths_and_registry_hosts_are_found(self):
        for text in ("see " + "/wo" + "rk/thing", "cd " + "/ro" + "ot/x", "from registry.npm" + "js.org", "/ho" + "me/someone/x"):
            self.plant(f"Some text.\n{text}\n")
            self.assertIn("docs/new.md:2:", self.check(), text)

    def test_words_rooms_and_licences_are_asked(self):
        self.plant("A white" + "list.\n")
        self.plant('#include "db/orders.h"\n', "src/base/a.cpp")
        (self.tree / "NOTICE").write_text("nothing\n")
        found = self.check()
        for text in ("docs/new.md:1:", "base may not include db", "NOTICE: no row for"):
            self.assertIn(text, found)


if __name__ == "__main__":
    unittest.main()
