#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <string>

namespace app {

// The lines of a stream, without their "\n". Of one beyond the limit only its beginning is held, and it is said: a
// stream that never ends its line costs no memory.
class LineReader {
  public:
    // The stream stays the caller's and must outlive this.
    LineReader(std::istream& in, std::size_t bytes_max) : in_(in), bytes_max_(bytes_max) {}
    enum class Read { line, too_long, end };
    Read next(std::string& line);

  private:
    std::istream& in_;
    std::size_t bytes_max_;
};

// Gives the mails of a mailbox file in order (RFC 4155: each begins with a line "From " after an empty one; ">From "
// inside stands for "From "), every line ended by "\n". A mail beyond `mail_bytes_max` comes empty, with `too_large`.
// What stands before the first mail is no mail. The number of mails.
using TakeMail = std::function<void(std::string mail, bool too_large)>;
std::size_t split_mbox(std::istream& in, std::size_t mail_bytes_max, const TakeMail& take);

}  // namespace app
