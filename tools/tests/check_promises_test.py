"""check_promises on a small tree of its own."""
import pathlib
import subprocess
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent.parent


class CheckPromises(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.tree = pathlib.Path(self.folder.name)
        subprocess.run(["git", "init", "-q", str(self.tree)], check=True)
        self.write("ASSURANCE.md", "| id | promise | shown by |\n| --- | --- | --- |\n| API-1 | strict | `src/http/a_test.cpp` |\n| OUT-8 | apart | |\n")
        self.write("src/http/a_test.cpp", "// API-1, OUT-8\n")

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def problems(self):
        done = subprocess.run([str(TOOLS / "check_promises"), str(self.tree)], capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.returncode, 1 if done.stdout else 0)
        return done.stdout

    def test_a_tree_that_keeps_its_word_passes(self):
        self.assertEqual(self.problems(), "")

    def test_an_id_without_a_row_is_found(self):
        self.write("src/http/b.cpp", "\n// REL-9 and API-1\n")
        self.assertEqual(self.problems(), "src/http/b.cpp:2: REL-9 has no row in ASSURANCE.md\n")

    def test_a_test_that_is_gone_is_found(self):
        (self.tree / "src/http/a_test.cpp").unlink()
        self.assertIn("API-1 is shown by src/http/a_test.cpp, which does not exist", self.problems())

    def test_an_unreadable_document_is_not_taken_for_none(self):
        self.write("ASSURANCE.md", "nothing\n")
        self.assertIn("no promise could be read", self.problems())


if __name__ == "__main__":
    unittest.main()
