#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <curl/curl.h>  // heavy: libcurl's types are members here; only client.cpp and transfer.cpp include this file

#include "base/http_client.h"
#include "egress/address.h"

namespace egress {

using Done = std::move_only_function<void(base::Result<base::HttpAnswer>)>;

// One request on its way through libcurl. Lives at one address, since libcurl keeps pointers to it.
class Transfer {
  public:
    using Clock = std::chrono::steady_clock;

    Transfer(base::HttpRequest asked, Origin to, Done answer_to);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    ~Transfer();

    struct Roots {
        const std::string& servers;
        const std::string& proxies;
    };
    // Prepares the handle; what is left of the total time counts from now.
    base::Result<void> prepare(const Proxy* proxy, const Roots& roots, Clock::time_point now);
    CURL* handle() { return easy_.get(); }

    // What libcurl's result means (base::HttpFailure), as the answer or an error.
    base::Result<base::HttpAnswer> result(CURLcode code);
    // The request ends without libcurl's verdict: the client stops, or it waited too long for its turn.
    base::Error cut_off(std::string_view why) const;

    base::HttpRequest request;
    Origin origin;
    Done done;
    Clock::time_point deadline;

  private:
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_upload(char* bytes, std::size_t size, std::size_t count, void* self);
    static int on_rewind(void* self, curl_off_t offset, int from);
    static int on_ready_to_send(void* self, char* ip, char* local_ip, int port, int local_port);
    base::Result<void> set_headers();
    base::HttpFailure failure_of(CURLcode code) const;

    struct FreeEasy {
        void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
    };
    struct FreeList {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };
    struct FreeUrl {
        void operator()(CURLU* url) const { curl_url_cleanup(url); }
    };
    // The handle uses the other two and goes first.
    std::unique_ptr<CURLU, FreeUrl> url_;
    std::unique_ptr<curl_slist, FreeList> headers_;
    std::unique_ptr<CURL, FreeEasy> easy_;
    base::HttpAnswer answer_;
    std::size_t header_bytes_ = 0;
    std::size_t uploaded_ = 0;
    bool may_have_sent_ = false;
    bool too_large_ = false;
    bool headers_done_ = false;
    std::array<char, CURL_ERROR_SIZE> error_{};
};

}  // namespace egress
