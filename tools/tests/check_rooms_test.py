"""check_rooms on a small tree of its own, and on a copy of the real one with a forbidden include planted."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent.parent
TREE = TOOLS.parent


class CheckRooms(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.tree = pathlib.Path(self.folder.name)
        self.write("tools/rooms.txt", "base\nmodel base # nouns\ndb base model\nhttp base\nworkers base model\n")
        self.write("src/base/result.h", "#pragma once\n#include <expected>\n")
        self.write("src/base/json.cpp", '#include "base/result.h"\n#include <simdjson.h>\n')
        self.write("src/model/order.h", '#pragma once\n#include "base/result.h"\n#include "model/store.h"\n')
        self.write("src/model/store.h", "#pragma once\n")
        self.write("src/db/CMakeLists.txt", "room(db USES base model LIBRARIES SQLite::SQLite3)\n")
        self.write("src/db/sqlite.cpp", '#include "model/order.h"\n#include <sqlite3.h>\n')
        self.write("workers/text/mime.cpp", '#include "common/frame.h"\n#include <gmime/gmime.h>\n')
        self.write("workers/common/frame.h", '#pragma once\n#include "model/order.h"\n')

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def problems(self, tree=None):
        done = subprocess.run([str(TOOLS / "check_rooms"), str(tree or self.tree)], capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.returncode, 1 if done.stdout else 0)
        return done.stdout

    def test_a_tree_that_keeps_the_table_passes(self):
        self.assertEqual(self.problems(), "")

    def test_an_include_upward_is_found_with_its_line(self):
        self.write("src/base/text.cpp", '#include "base/result.h"\n#include "model/order.h"\n')
        self.assertIn("src/base/text.cpp:2: base may not include model", self.problems())

    def test_sideways_into_a_worker_is_found(self):
        self.write("src/db/mail.cpp", '#include "workers/text/mime.h"\n')
        self.assertIn("db may not include workers", self.problems())

    def test_an_include_around_the_table_is_found(self):
        self.write("src/base/text.cpp", '#include "../model/order.h"\n')
        self.assertIn("leaves its folder", self.problems())

    def test_an_include_of_no_room_is_found(self):
        self.write("src/base/text.cpp", '#include "bsae/result.h"\n')
        self.assertIn("is in no room", self.problems())

    def test_uses_in_cmake_is_checked(self):
        self.write("src/base/CMakeLists.txt", "room(base\n  USES model # wrong\n  LIBRARIES fmt::fmt)\n")
        self.assertIn("base may not use model", self.problems())

    def test_a_test_may_use_what_its_cmake_says(self):
        self.write("src/base/json_test.cpp", '#include "model/order.h"\n')
        self.assertIn("base may not include model", self.problems())
        self.write("src/base/CMakeLists.txt", "room(base LIBRARIES fmt::fmt TEST_USES model)\n")
        self.assertEqual(self.problems(), "")

    def test_what_tests_share_stays_among_tests(self):
        self.write("src/base/CMakeLists.txt", "room(base LIBRARIES fmt::fmt TEST_USES model)\n")
        self.write("src/base/fixture_test.h", '#pragma once\n#include "model/order.h"\n')
        self.write("src/base/json_test.cpp", '#include "base/fixture_test.h"\n')
        self.assertEqual(self.problems(), "")
        self.write("src/base/json.cpp", '#include "base/fixture_test.h"\n')
        self.assertIn('"base/fixture_test.h" is for tests only', self.problems())

    def test_a_heavy_header_in_a_header_is_found_unless_it_says_why(self):
        self.write("src/base/json.h", "#pragma once\n#include <simdjson.h>\n")
        self.assertIn("src/base/json.h:2: <simdjson.h> is heavy", self.problems())
        self.write("src/base/json.h", "#pragma once\n// heavy: this header is the adapter of three .cpp files only\n#include <simdjson.h>\n")
        self.assertEqual(self.problems(), "")

    def test_sql_outside_db_is_found(self):
        self.write("src/http/store.cpp", "#include <sqlite3.h>\n")
        self.assertIn("only db may include <sqlite3.h>", self.problems())

    def test_a_room_without_a_row_is_found(self):
        self.write("src/extra/x.cpp", "")
        self.assertIn("src/extra: this room is not in tools/rooms.txt", self.problems())

    def test_the_real_tree_passes_and_fails_with_a_planted_include(self):
        for name in ("src", "sandbox", "workers", "tools"):
            if (TREE / name).is_dir():
                shutil.copytree(TREE / name, self.tree / "real" / name, ignore=shutil.ignore_patterns("node_modules"))
        real = self.tree / "real"
        self.assertEqual(self.problems(real), "")
        (real / "src" / "base").mkdir(parents=True, exist_ok=True)
        (real / "src" / "base" / "planted.cpp").write_text('#include "db/orders.h"\n')
        self.assertEqual(self.problems(real), "src/base/planted.cpp:1: base may not include db (tools/rooms.txt)\n")


if __name__ == "__main__":
    unittest.main()
