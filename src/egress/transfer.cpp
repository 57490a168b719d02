#include "egress/transfer.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace egress {
namespace {

using base::HttpFailure;

// All headers of an answer together; libcurl's own limit is per line.
constexpr std::size_t k_max_header_bytes = 256u << 10;

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) || std::string_view("!#$%&'*+-.^_`|~").contains(static_cast<char>(c));
    });
}

bool is_header_value(std::string_view text) {
    return std::ranges::none_of(text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

// Headers that say where the request goes or where its body ends belong to libcurl.
bool is_own_header(std::string_view name) {
    constexpr std::array<std::string_view, 8> k_own = {
        "host", "content-length", "transfer-encoding", "connection", "expect", "te", "upgrade", "trailer"};
    return base::ascii_lower(name).starts_with("proxy-") ||
           std::ranges::any_of(k_own, [&](std::string_view own) { return base::ascii_iequals(own, name); });
}

// libcurl gives one code for a handshake that was refused and for a connection that broke during it; only its text
// tells them apart. The second says nothing about certificates.
bool connection_broke(std::string_view error) {
    for (const char* sign : {"SSL_ERROR_SYSCALL", "SSL_ERROR_ZERO_RETURN", "unexpected eof", "Connection reset",
                             "Broken pipe", "Connection was reset"})
        if (error.contains(sign)) return true;
    return false;
}

curl_blob blob_of(const std::string& pem) {
    curl_blob blob{};
    blob.data = const_cast<char*>(pem.data());  // libcurl's type has no const; CURL_BLOB_COPY only reads.
    blob.len = pem.size();
    blob.flags = CURL_BLOB_COPY;
    return blob;
}

// Options whose failure would mean another libcurl than the one this was built for are checked together.
struct Setter {
    CURL* easy;
    bool ok = true;
    template <class Value>
    void operator()(CURLoption option, Value value) {
        ok = ok && curl_easy_setopt(easy, option, value) == CURLE_OK;
    }
};

}  // namespace

Transfer::Transfer(base::HttpRequest asked, Origin to, Done answer_to)
    : request(std::move(asked)),
      origin(std::move(to)),
      done(std::move(answer_to)),
      deadline(Clock::now() + std::chrono::milliseconds(request.total_timeout_ms)) {}

Transfer::~Transfer() = default;

base::Result<void> Transfer::set_headers() {
    bool has_type = false;
    const auto append = [this](const std::string& line) {
        curl_slist* const longer = curl_slist_append(headers_.get(), line.c_str());
        if (longer) {
            (void)headers_.release();
            headers_.reset(longer);
        }
    };
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name) || !is_header_value(value) || is_own_header(name))
            return base::fail(base::Code::invalid_input, "outgoing header is not permitted: " + name);
        has_type = has_type || base::ascii_iequals(name, "content-type");
        // libcurl removes a header that has no value; it is sent empty when written with a semicolon.
        append(value.empty() ? name + ";" : name + ": " + value);
    }
    append("Expect:");
    if (!has_type) append("Content-Type:");
    return {};
}

base::Result<void> Transfer::prepare(const Proxy* proxy, const Roots& roots, Clock::time_point now) {
    if (!is_token(request.method)) return base::fail(base::Code::invalid_input, "not a method");
    easy_.reset(curl_easy_init());
    if (!easy_) return base::fail(base::Code::unavailable, "libcurl gives no handle");
    TRY_VOID(set_headers());
    // The same reading of the address as the one that was compared with the allow-list (address.cpp).
    url_.reset(curl_url());
    if (curl_url_set(url_.get(), CURLUPART_URL, request.url.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK)
        return base::fail(base::Code::invalid_input, "not an absolute http(s) address");
    const long left = std::max<long>(1, std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now).count());

    Setter set{easy_.get()};
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_ERRORBUFFER, error_.data());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CURLU, url_.get());
    set(CURLOPT_PROTOCOLS_STR, origin.scheme.c_str());
    set(CURLOPT_PATH_AS_IS, 1L);  // Signatures are over the path as it was given.
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_CONNECTTIMEOUT_MS, std::min<long>(request.connect_timeout_ms, left));
    set(CURLOPT_TIMEOUT_MS, left);
    set(CURLOPT_ACCEPT_ENCODING, "");  // All that libcurl can decode.
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_PREREQFUNCTION, &Transfer::on_ready_to_send);
    set(CURLOPT_PREREQDATA, this);

    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_PROXY_SSL_VERIFYPEER, 1L);
    set(CURLOPT_PROXY_SSL_VERIFYHOST, 2L);
    set(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!roots.servers.empty()) {
        curl_blob blob = blob_of(roots.servers);
        set(CURLOPT_CAINFO_BLOB, &blob);
        set(CURLOPT_CAPATH, nullptr);
    }
    if (!roots.proxies.empty()) {
        curl_blob blob = blob_of(roots.proxies);
        set(CURLOPT_PROXY_CAINFO_BLOB, &blob);
        set(CURLOPT_PROXY_CAPATH, nullptr);
    }

    // Always set, also when empty: otherwise libcurl reads http_proxy, all_proxy and no_proxy from the environment.
    set(CURLOPT_NOPROXY, "");
    set(CURLOPT_PROXY, request.egress.proxy.c_str());
    if (proxy) {
        set(CURLOPT_HTTPPROXYTUNNEL, 1L);
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
        set(CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
        if (!request.egress.proxy_user.empty()) {
            set(CURLOPT_PROXYUSERNAME, request.egress.proxy_user.c_str());
            const std::string_view password =
                request.egress.proxy_password ? request.egress.proxy_password->reveal() : std::string_view();
            std::string terminated(password);
            set(CURLOPT_PROXYPASSWORD, terminated.c_str());
            base::wipe(terminated);
        }
    }

    if (request.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else if (request.method != "GET" || !request.body.empty()) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        // When a kept connection proves dead, libcurl sends again on a new one, although the server may have executed
        // the request. A body that cannot be rewound prevents that; without a body only a new connection does.
        set(CURLOPT_READFUNCTION, &Transfer::on_upload);
        set(CURLOPT_READDATA, this);
        set(CURLOPT_SEEKFUNCTION, &Transfer::on_rewind);
        set(CURLOPT_SEEKDATA, this);
        if (request.body.empty()) set(CURLOPT_FRESH_CONNECT, 1L);
    }
    if (!set.ok) return base::fail(base::Code::internal, "libcurl does not know an option");
    return {};
}

std::size_t Transfer::on_body(char* bytes, std::size_t, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.answer_.body.size() + count > transfer.request.max_answer_bytes) {
        transfer.too_large_ = true;
        return 0;
    }
    transfer.answer_.body.append(bytes, count);
    return count;
}

std::size_t Transfer::on_header(char* bytes, std::size_t, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.header_bytes_ += count;
    if (transfer.header_bytes_ > k_max_header_bytes) {
        transfer.too_large_ = true;
        return 0;
    }
    const std::string_view line = base::trim({bytes, count});
    auto& headers = transfer.answer_.headers;
    if (line.starts_with("HTTP/")) {  // A new block: what came before was an interim answer.
        headers.clear();
        transfer.headers_done_ = false;
    } else if (line.empty()) {
        transfer.headers_done_ = true;
    } else if (const auto colon = line.find(':'); colon != std::string_view::npos && !transfer.headers_done_) {
        headers.emplace(base::ascii_lower(line.substr(0, colon)), base::trim(line.substr(colon + 1)));
    }
    return count;
}

std::size_t Transfer::on_upload(char* bytes, std::size_t, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::size_t taken = std::min(count, transfer.request.body.size() - transfer.uploaded_);
    std::memcpy(bytes, transfer.request.body.data() + transfer.uploaded_, taken);
    transfer.uploaded_ += taken;
    return taken;
}

int Transfer::on_rewind(void* self, curl_off_t offset, int from) {
    // Before anything was read the start is where it is.
    const bool nothing_read = static_cast<Transfer*>(self)->uploaded_ == 0;
    return nothing_read && offset == 0 && from == SEEK_SET ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

int Transfer::on_ready_to_send(void* self, char*, char*, int, int) {
    static_cast<Transfer*>(self)->may_have_sent_ = true;
    return CURL_PREREQFUNC_OK;
}

base::HttpFailure Transfer::failure_of(CURLcode code) const {
    if (too_large_) return HttpFailure::too_large;
    if (may_have_sent_) return HttpFailure::unknown;
    switch (code) {
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS: {
            long proxy_verdict = 0;
            curl_easy_getinfo(easy_.get(), CURLINFO_PROXY_SSL_VERIFYRESULT, &proxy_verdict);
            // An https proxy that cannot prove itself is a proxy that could not be used.
            if (proxy_verdict != 0 || connection_broke(error_.data())) return HttpFailure::not_sent;
            return HttpFailure::tls;
        }
        default:
            return HttpFailure::not_sent;
    }
}

base::Result<base::HttpAnswer> Transfer::result(CURLcode code) {
    // libcurl is content with an answer that ends within its headers.
    if (code == CURLE_OK && !headers_done_) code = CURLE_PARTIAL_FILE;
    if (code == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        answer_.status = static_cast<int>(status);
        return std::move(answer_);
    }
    const HttpFailure failure = failure_of(code);
    std::string what = origin.text() + ": " + curl_easy_strerror(code);
    // libcurl's longer text names the certificate's fault; for other failures it could repeat parts of an answer.
    if (failure == HttpFailure::tls && error_[0] != '\0') what.append(": ").append(error_.data());
    return std::unexpected(base::http_error(failure, std::move(what)));
}

base::Error Transfer::cut_off(std::string_view why) const {
    return base::http_error(may_have_sent_ ? HttpFailure::unknown : HttpFailure::not_sent,
                            origin.text() + ": " + std::string(why));
}

}  // namespace egress
