#include "base/key_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>

#include "base/encoding.h"
#include "base/file.h"

namespace base {

Result<KeySource::Kek> FileKeySource::load() {
    struct stat info{};
    if (::stat(path_.c_str(), &info) != 0) {
        if (!create_) return fail(Code::not_found, "key file " + path_ + " is missing");
        std::string key(32, '\0');
        random_.fill(std::as_writable_bytes(std::span(key)));
        std::string content = std::to_string(id_) + "\n" + hex(key) + "\n";
        wipe(key);
        TRY_VOID(write_file(path_, content, 0400));
        wipe(content);
        if (::stat(path_.c_str(), &info) != 0)
            return fail(Code::internal, "key file " + path_ + " cannot be read back");
    }
    if (!S_ISREG(info.st_mode) || (info.st_mode & 07777) != 0400 || info.st_uid != ::geteuid())
        return fail(Code::precondition_failed,
                    "key file " + path_ + " must have mode 0400 and belong to the user that runs the server");
    std::string content = TRY(read_file(path_, 1024));
    const auto line = content.find('\n');
    std::uint32_t id = 0;
    const auto parsed = std::from_chars(content.data(), content.data() + content.size(), id);
    if (line == std::string::npos || parsed.ec != std::errc{} || parsed.ptr != content.data() + line ||
        content.size() != line + 66)
        return fail(Code::corrupt, "key file " + path_ + " is damaged");
    auto key = parse_hex(std::string_view(content).substr(line + 1, 64));
    wipe(content);
    if (!key) return fail(Code::corrupt, "key file " + path_ + " is damaged");
    return Kek{id, Secret::take(*key)};
}

}  // namespace base
