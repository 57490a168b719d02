"""check_words on a small tree of its own."""
import pathlib
import subprocess
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent.parent

WORDS = """
| word | meaning | words not to use for it | allowed in |
| --- | --- | --- | --- |
| store | a shop | `data store`, `storefront` | `src/platform` |
| allow-list | what is permitted | `whitelist` | |
"""


class CheckWords(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.tree = pathlib.Path(self.folder.name)
        subprocess.run(["git", "init", "-q", str(self.tree)], check=True)
        self.write("docs/words.md", WORDS)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def problems(self):
        done = subprocess.run([str(TOOLS / "check_words"), str(self.tree)], capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.returncode, 1 if done.stdout else 0)
        return done.stdout

    def test_the_right_words_pass(self):
        self.write("src/db/a.cpp", "// The store's allow-list. A database stores data; a bookstore front.\n")
        self.assertEqual(self.problems(), "")

    def test_a_wrong_word_is_found_in_every_spelling(self):
        self.write("src/db/a.cpp", "int x;\nbool is_in_whitelist;\n// Two Data-Stores.\nint data_store;\n")
        found = self.problems()
        self.assertIn('src/db/a.cpp:2: "whitelist": the word is "allow-list"', found)
        self.assertIn('src/db/a.cpp:3: "Data-Stores"', found)
        self.assertIn('src/db/a.cpp:4: "data_store"', found)

    def test_a_word_of_the_outside_is_allowed_where_the_table_says(self):
        self.write("src/platform/x.cpp", "// storefront id\n")
        self.assertEqual(self.problems(), "")
        self.write("src/api/x.cpp", "// storefront id\n")
        self.assertIn('src/api/x.cpp:1: "storefront"', self.problems())

    def test_only_english_words_of_the_console_are_read(self):
        self.write("web/src/words/th/shell.json", '{"a": "whitelist"}')
        self.assertEqual(self.problems(), "")
        self.write("web/src/words/en/shell.json", '{"a": "whitelist"}')
        self.assertIn("web/src/words/en/shell.json:1", self.problems())

    def test_an_unreadable_table_is_not_taken_for_none(self):
        self.write("docs/words.md", "nothing\n")
        self.assertIn("no row could be read", self.problems())


if __name__ == "__main__":
    unittest.main()
