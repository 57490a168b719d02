"""check_binaries on small programs, with and without what it wants."""
import json
import pathlib
import subprocess
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent.parent
GOOD = ["-O2", "-fPIE", "-pie", "-fstack-protector-all", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2", "-Wl,-z,relro,-z,now,-z,noexecstack"]
SOURCE = '#include <cstdio>\n#include <cstring>\n#include <cstdlib>\nint main(int n, char** a) { char b[64]; std::strcpy(b, a[n - 1]); std::printf("%s", b); }\n'


class CheckBinaries(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name) / "bin"
        self.path.mkdir()
        self.flags("-D_FORTIFY_SOURCE=2 -fstack-protector-strong -D_GLIBCXX_ASSERTIONS")
        (self.path / "a.cpp").write_text(SOURCE)

    def tearDown(self):
        self.folder.cleanup()

    def flags(self, text):
        (self.path.parent / "compile_commands.json").write_text(json.dumps([{"file": "a.cpp", "command": f"g++ {text} -c a.cpp"}, {"file": "a.S", "command": "g++ -c a.S"}]))

    def build(self, name, flags, libraries=()):
        subprocess.run(["g++", *flags, "-o", str(self.path / name), str(self.path / "a.cpp"), *libraries], check=True, capture_output=True)

    def problems(self):
        done = subprocess.run([str(TOOLS / "check_binaries"), str(self.path)], capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def test_a_hardened_program_passes(self):
        self.build("stallward", GOOD)
        self.assertEqual(self.problems(), (0, "1 programs are as they should be: stallward\n"))

    def test_a_program_without_hardening_is_found(self):
        self.build("stallward", ["-O2", "-no-pie", "-fno-stack-protector", "-U_FORTIFY_SOURCE", "-Wl,-z,norelro,-z,lazy,-z,execstack"])
        status, text = self.problems()
        self.assertEqual(status, 1)
        for word in ("position independent", "writable", "executable stack", "stack protector"):
            self.assertIn(word, text)

    def test_a_file_compiled_without_a_flag_is_found(self):
        self.build("stallward", GOOD)
        self.flags("-fstack-protector-strong -D_GLIBCXX_ASSERTIONS")
        self.assertEqual(self.problems(), (1, "a.cpp: is compiled without -D_FORTIFY_SOURCE=2\n"))

    def test_a_decoder_in_the_server_and_a_database_in_a_worker_are_found(self):
        self.build("stallward", GOOD, ["-Wl,--no-as-needed", "-l:libgumbo.so"])
        self.build("stallward-worker-text", GOOD, ["-Wl,--no-as-needed", "-lsqlite3"])
        status, text = self.problems()
        self.assertEqual(status, 1)
        self.assertIn("stallward: links libgumbo", text)
        self.assertIn("stallward-worker-text: links libsqlite3", text)

    def test_no_program_is_not_taken_for_a_good_one(self):
        status, text = self.problems()
        self.assertEqual(status, 1)
        self.assertIn("there is no program", text)


if __name__ == "__main__":
    unittest.main()
