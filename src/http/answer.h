#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/head.h"
#include "http/message.h"

// The bytes of answers. Pure.
namespace http {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// RFC 9457 problem answer of the server's own refusals.
Response problem(const Refusal& refusal, std::string_view request_id);

// How the connection goes on after an answer, and what frames its body.
struct AnswerFrame {
    bool keep_alive = true;
    bool head_request = false;  // The length is told, the body is not sent.
    int minor_version = 1;      // Of the request: a stream to HTTP/1.0 ends with the connection.
    std::string_view request_id;
    std::string_view date;  // IMF-fixdate (RFC 9110 section 5.6.7).
};

// Status line and headers with the final empty line. Connection, Content-Length, Transfer-Encoding and Date are always
// the server's; `defaults` fill what the handler did not set. A header that could split the answer (a line break, a
// name that is no token) turns the whole answer into a 500 with an empty body: `response` is changed then, and false is
// returned.
bool serialise_head(Response& response, const HeaderList& defaults, const AnswerFrame& frame, std::string& out);

// A status that never has a body (RFC 9110: 1xx, 204, 304).
bool has_no_body(int status);

std::string_view reason_phrase(int status);

}  // namespace http
