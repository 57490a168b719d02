// A mailbox file: mails written down again as a mailbox come out as they were, and none is larger than it may be.
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "app/lines.h"
#include "require.h"

namespace {

struct Box {
    std::vector<std::string> mails;
    bool any_too_large = false;
};

Box split(std::string_view bytes, std::size_t bytes_max) {
    Box box;
    std::istringstream in{std::string(bytes)};
    const std::size_t count = app::split_mbox(in, bytes_max, [&](std::string mail, bool too_large) {
        require(mail.size() <= bytes_max && (mail.empty() || !too_large));
        box.any_too_large = box.any_too_large || too_large;
        box.mails.push_back(std::move(mail));
    });
    require(count == box.mails.size());
    return box;
}

std::string write(const std::vector<std::string>& mails) {
    std::string out;
    for (const std::string& mail : mails) {
        out += "From a@b.example\n";
        std::istringstream lines(mail);
        for (std::string line; std::getline(lines, line);) {
            const auto after = line.find_first_not_of('>');
            if (after != std::string::npos && std::string_view(line).substr(after).starts_with("From ")) out += '>';
            out += line + "\n";
        }
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const Box box = split(bytes, 1u << 20);
    require(!box.any_too_large || size > 1u << 20);
    require(box.any_too_large || split(write(box.mails), 2u << 20).mails == box.mails);
    const Box tight = split(bytes, 48);
    require(tight.mails.size() == box.mails.size());
    for (std::size_t i = 0; i < tight.mails.size(); ++i)
        require(tight.mails[i].empty() || tight.mails[i] == box.mails[i]);
    return 0;
}
