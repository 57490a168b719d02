#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <optional>

#include "base/encoding.h"
#include "base/log.h"
#include "http/answer.h"
#include "http/body_bytes.h"
#include "http/core.h"
#include "http/date.h"
#include "http/exchange.h"
#include "http/turn.h"

namespace http {
namespace {

using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Clock = std::chrono::steady_clock;
using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor>;
template <class T>
using Task = boost::asio::awaitable<T, Executor>;
// The end of a connection is no exception here: each operation gives its error code as a value.
constexpr auto k_await = boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>{});

namespace beast_http = boost::beast::http;
using namespace std::chrono_literals;

constexpr std::size_t k_write_slice = 64u << 10;
// After the last answer: how long the client's remaining bytes are read away, so that the answer is not lost to a
// reset.
constexpr auto k_linger = 5s;
constexpr auto k_short_goodbye = 1s;
// A stream's or an answer's slice must be taken within this time; 64 KiB then mean over 2 KiB/s.
constexpr auto k_write_timeout = 30s;

constexpr Refusal k_header_timeout{408, "http.header_timeout", "The request's headers did not arrive in time."};
constexpr Refusal k_body_timeout{408, "http.body_timeout", "The request's body did not arrive in time."};
constexpr Refusal k_body_too_large{413, "http.body_too_large", "The request's body is larger than this route takes."};
constexpr Refusal k_bad_body{400, "http.bad_body", "The request's body is not framed as its headers say."};
constexpr Refusal k_overloaded{503, "http.overloaded", "Too many requests are being received; try again."};

// A socket, with TLS on top or without: one type for the coroutines below.
struct Transport {
    using executor_type = Executor;

    Transport(Socket accepted, boost::asio::ssl::context* context) : socket(std::move(accepted)) {
        if (context) tls.emplace(socket, *context);
    }
    Executor get_executor() { return socket.get_executor(); }
    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        if (tls) return tls->async_read_some(buffers, std::forward<Token>(token));
        return socket.async_read_some(buffers, std::forward<Token>(token));
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        if (tls) return tls->async_write_some(buffers, std::forward<Token>(token));
        return socket.async_write_some(buffers, std::forward<Token>(token));
    }
    void cancel() {
        boost::system::error_code ignored;
        socket.cancel(ignored);
    }
    void close() {
        boost::system::error_code ignored;
        socket.close(ignored);
    }

    Socket socket;
    std::optional<boost::asio::ssl::stream<Socket&>> tls;
};

}  // namespace

// One client. Everything runs on the loop's thread, in one coroutine (a stream has a second, which only reads).
class Connection final : public std::enable_shared_from_this<Connection> {
  public:
    Connection(Core& core, Loop& loop, Socket socket, std::string peer);
    void start();
    void close_now();
    // No request is running: it waits for one, says goodbye, or sends a stream that has no end of its own.
    bool can_close() const { return in_head_ || streaming_ || lingering_; }
    // From any thread: closes it if it still waits for its client.
    void evict();
    // With Core::waiting_mutex held.
    void forget_place();

  private:
    Task<void> run();
    Task<bool> serve_next(int first_byte_timeout_ms);
    Task<std::expected<std::size_t, std::optional<Refusal>>> read_block(int first_byte_timeout_ms);
    Task<std::optional<Refusal>> read_body(const Head& head, const Plan& plan, std::string& body, BodyBytes& held);
    Task<bool> answer(Request request, Plan plan, BodyBytes& held);
    Task<bool> send(Response response);
    Task<void> refuse(Refusal refusal);
    Task<void> send_stream(Response response, std::shared_ptr<Exchange> exchange);
    Task<void> watch_for_end();
    Task<bool> write(std::string_view bytes);
    Task<void> linger();
    Task<void> wait_for_wake();

    Request request_of(Head& head);
    void finish_head(Response& response, std::string& out);
    void enter_waiting();
    void leave_waiting();
    void set_deadline(Clock::time_point deadline);
    void arm_timer();
    std::function<void()> waker();
    std::string new_request_id();
    void finished(bool failed);

    Core& core_;
    Loop& loop_;
    Transport transport_;
    Timer deadline_timer_;
    Clock::time_point deadline_ = Clock::time_point::max();
    std::optional<Clock::time_point> timer_set_to_;
    bool timed_out_ = false;
    Timer wake_timer_;
    std::string peer_;
    boost::beast::flat_buffer buffer_;
    AnswerFrame frame_;
    std::string request_id_;
    std::size_t header_count_ = 0;
    std::optional<std::list<std::weak_ptr<Connection>>::iterator> place_;  // In Core::waiting, behind its mutex.
    bool waits_ = false;
    bool evicted_ = false;
    bool in_head_ = false;
    bool gone_ = false;
    bool streaming_ = false;
    bool lingering_ = false;
};

Connection::Connection(Core& core, Loop& loop, Socket socket, std::string peer)
    : core_(core),
      loop_(loop),
      transport_(std::move(socket), core.tls.get()),
      deadline_timer_(transport_.get_executor()),
      wake_timer_(transport_.get_executor(), Clock::time_point::max()),
      peer_(std::move(peer)),
      buffer_(core.head_limits.max_bytes + 1) {}

void Connection::start() {
    loop_.open.insert(shared_from_this());
    boost::asio::co_spawn(
        transport_.get_executor(), [self = shared_from_this()] { return self->run(); },
        [self = shared_from_this()](const std::exception_ptr& failure) { self->finished(failure != nullptr); });
}

void Connection::finished(bool failed) {
    if (failed) base::log(base::Level::error, "http.connection_failed");
    leave_waiting();
    deadline_timer_.cancel();
    transport_.close();
    loop_.open.erase(shared_from_this());
    if (evicted_) {
        ++core_.counters.evicted;
        --core_.being_evicted;
    }
    const std::scoped_lock lock(core_.drained_mutex);
    if (--core_.open_connections == 0) core_.drained.notify_all();
}

void Connection::close_now() {
    gone_ = true;
    deadline_timer_.cancel();
    wake_timer_.cancel();
    transport_.close();
}

void Connection::evict() {
    boost::asio::post(transport_.get_executor(), [self = shared_from_this()] {
        if (self->waits_ && !self->gone_) {
            self->evicted_ = true;
            self->close_now();
        } else {
            // Its client did something at the last moment: it stays, and another goes.
            --self->core_.being_evicted;
            evict_one(self->core_);
        }
    });
}

void Connection::forget_place() {
    if (place_) core_.waiting.erase(*place_);
    place_.reset();
}

void Connection::enter_waiting() {
    waits_ = true;
    const std::scoped_lock lock(core_.waiting_mutex);
    if (!place_) place_ = core_.waiting.insert(core_.waiting.end(), weak_from_this());
}

void Connection::leave_waiting() {
    waits_ = false;
    const std::scoped_lock lock(core_.waiting_mutex);
    forget_place();
}

void Connection::set_deadline(Clock::time_point deadline) {
    deadline_ = deadline;
    timed_out_ = false;
    // The timer is moved only when it would fire too late; firing early, it looks again. So a busy connection hardly
    // touches it.
    if (timer_set_to_ && *timer_set_to_ <= deadline) return;
    arm_timer();
}

void Connection::arm_timer() {
    timer_set_to_ = deadline_;
    deadline_timer_.expires_at(deadline_);
    deadline_timer_.async_wait([self = shared_from_this()](boost::system::error_code ec) {
        if (ec || self->gone_) return;
        self->timer_set_to_.reset();
        if (Clock::now() >= self->deadline_) {
            self->timed_out_ = true;
            self->deadline_ = Clock::time_point::max();
            self->transport_.cancel();
        } else if (self->deadline_ != Clock::time_point::max()) {
            self->arm_timer();
        }
    });
}

Task<void> Connection::run() {
    if (transport_.tls) {
        set_deadline(Clock::now() + std::chrono::milliseconds(core_.options.header_timeout_ms));
        const auto [ec] = co_await transport_.tls->async_handshake(boost::asio::ssl::stream_base::server, k_await);
        if (ec) co_return;
    }
    bool again = co_await serve_next(core_.options.header_timeout_ms);
    while (again && !gone_) again = co_await serve_next(core_.options.idle_timeout_ms);
}

// The next request with its answer; false when the connection has ended.
Task<bool> Connection::serve_next(int first_byte_timeout_ms) {
    in_head_ = true;
    enter_waiting();
    const auto block = co_await read_block(first_byte_timeout_ms);
    leave_waiting();
    in_head_ = false;
    if (!block && !block.error()) co_return false;

    request_id_ = new_request_id();
    if (!block) {
        co_await refuse(*block.error());
        co_return false;
    }
    auto head = check_head({static_cast<const char*>(buffer_.data().data()), *block}, core_.head_limits);
    if (!head) {
        co_await refuse(head.error());
        co_return false;
    }

    frame_ = {};
    frame_.keep_alive = head->keep_alive;
    frame_.head_request = head->method == Method::head;
    frame_.minor_version = head->minor_version;
    header_count_ = head->headers.size();
    Request request = request_of(*head);
    const Plan plan = core_.handlers.plan(request);

    BodyBytes held(core_.body_bytes);
    if (head->has_body()) {
        enter_waiting();
        const auto refusal = co_await read_body(*head, plan, request.body, held);
        leave_waiting();
        if (refusal) {
            held.release();
            co_await refuse(*refusal);
            co_return false;
        }
    } else {
        buffer_.consume(*block);
    }
    ++core_.counters.requests;
    co_return co_await answer(std::move(request), plan, held);
}

// The size of the next header block in the buffer; no refusal in the error: the client has gone, silently.
Task<std::expected<std::size_t, std::optional<Refusal>>> Connection::read_block(int first_byte_timeout_ms) {
    using Failure = std::unexpected<std::optional<Refusal>>;
    const auto in_ms = [](int ms) { return Clock::now() + std::chrono::milliseconds(ms); };
    std::size_t scanned = 0;
    set_deadline(in_ms(buffer_.size() > 0 ? core_.options.header_timeout_ms : first_byte_timeout_ms));
    for (bool begun = buffer_.size() > 0;; begun = true) {
        const auto end = find_head_end({static_cast<const char*>(buffer_.data().data()), buffer_.size()}, scanned,
                                       core_.head_limits);
        if (!end) co_return Failure(end.error());
        if (*end) co_return **end;
        if (core_.draining) co_return Failure(std::nullopt);

        const std::size_t room = buffer_.max_size() - buffer_.size();
        const auto [ec, got] =
            co_await transport_.async_read_some(buffer_.prepare(std::min<std::size_t>(room, 4096)), k_await);
        buffer_.commit(got);
        if (ec) {
            if (!timed_out_) co_return Failure(std::nullopt);
            ++core_.counters.timed_out;
            if (begun) co_return Failure(k_header_timeout);
            co_return Failure(std::nullopt);
        }
        if (!begun) set_deadline(in_ms(core_.options.header_timeout_ms));
    }
}

Request Connection::request_of(Head& head) {
    Request request;
    request.method = head.method;
    request.target = std::move(head.target);
    request.path = std::move(head.path);
    request.query = std::move(head.query);
    request.headers = std::move(head.headers);
    request.host = std::move(head.host);
    const Client client = read_forwarded(peer_, transport_.tls.has_value(), request.headers, core_.trusted);
    request.peer = client.address;
    request.tls = client.tls;
    request.request_id = request_id_;
    return request;
}

// Reads the body by Beast's parser, from the block that is still in the buffer.
Task<std::optional<Refusal>> Connection::read_body(const Head& head, const Plan& plan, std::string& body,
                                                   BodyBytes& held) {
    if (head.content_length > plan.max_body_bytes) co_return k_body_too_large;
    if (head.expects_continue) {
        static constexpr std::string_view k_continue = "HTTP/1.1 100 Continue\r\n\r\n";
        if (!co_await write(k_continue)) co_return k_bad_body;
    }

    beast_http::request_parser<beast_http::string_body> parser;
    // The check above has decided on the headers; the parser's limit must only not be narrower.
    parser.header_limit(static_cast<std::uint32_t>(2 * core_.head_limits.max_bytes));
    parser.body_limit(plan.max_body_bytes);
    parser.eager(true);
    // Extensions have no use here and are read differently by different servers.
    auto no_extensions = [](std::uint64_t, boost::beast::string_view extensions, boost::system::error_code& ec) {
        if (!extensions.empty()) ec = beast_http::error::bad_chunk_extension;
    };
    parser.on_chunk_header(no_extensions);

    const auto begin = Clock::now();
    const auto patience = std::chrono::milliseconds(core_.options.body_timeout_ms);
    const std::size_t rate = std::max<std::size_t>(core_.options.min_body_bytes_per_s, 1);
    std::size_t received = 0;
    while (!parser.is_done()) {
        // Both: some progress within the time-out, and the minimum rate overall.
        set_deadline(
            std::min(Clock::now() + patience, begin + patience + std::chrono::milliseconds(received * 1000 / rate)));
        const auto [ec, used] = co_await beast_http::async_read_some(transport_, buffer_, parser, k_await);
        received += used;
        if (ec == beast_http::error::body_limit) co_return k_body_too_large;
        if (ec && timed_out_) {
            ++core_.counters.timed_out;
            co_return k_body_timeout;
        }
        if (ec) co_return k_bad_body;
        if (!held.grow_to(parser.get().body().size(), core_.options.max_body_bytes_in_memory)) co_return k_overloaded;
    }
    // Trailers were appended to the parser's fields; none are taken.
    const auto fields = std::distance(parser.get().begin(), parser.get().end());
    if (static_cast<std::size_t>(fields) != header_count_) co_return k_bad_body;
    body = std::move(parser.get().body());
    co_return std::nullopt;
}

// Runs the handler and sends what it answers.
Task<bool> Connection::answer(Request request, Plan plan, BodyBytes& held) {
    set_deadline(Clock::time_point::max());
    Turn turn;
    if (plan.takes_turns && !turn.take(core_.turns, core_.options.max_turns)) {
        held.release();
        co_await refuse(k_overloaded);
        co_return false;
    }
    const auto exchange = std::make_shared<Exchange>(waker());
    auto work = [handle = &core_.handlers.handle, request = std::move(request), respond = respond_to(exchange),
                 turn = std::move(turn)]() mutable {
        // A handler's own exception (memory, a library) costs one request, not the process; `respond` gives 500.
        try {
            (*handle)(std::move(request), std::move(respond));
        } catch (const std::exception& e) {
            base::log(base::Level::error, "http.handler_threw", {{"what", e.what()}});
        }
    };
    if (plan.inline_handler) {
        work();
    } else {
        (plan.takes_turns ? core_.run_in_turn : core_.run_on_worker)(std::move(work));
    }

    std::optional<Response> response = exchange->take_response();
    while (!response && !gone_) {
        co_await wait_for_wake();
        response = exchange->take_response();
    }
    held.release();
    bool again = false;
    if (response && response->stream) {
        co_await send_stream(*std::move(response), exchange);
    } else if (response) {
        again = co_await send(*std::move(response));
    }
    exchange->detach();
    co_return again;
}

Task<bool> Connection::send(Response response) {
    if (core_.draining) frame_.keep_alive = false;
    if (response.status >= 500) ++core_.counters.failed;
    std::string out;
    finish_head(response, out);
    const bool with_body = !frame_.head_request && !has_no_body(response.status);
    if (response.cut_after) {
        out += response.body;
        co_await write(std::string_view(out).substr(0, *response.cut_after));
        co_return false;
    }
    bool sent = false;
    if (!with_body || out.size() + response.body.size() <= k_write_slice) {
        if (with_body) out += response.body;
        sent = co_await write(out);
    } else {
        sent = co_await write(out) && co_await write(response.body);
    }
    if (sent && !frame_.keep_alive) co_await linger();
    co_return sent&& frame_.keep_alive;
}

void Connection::finish_head(Response& response, std::string& out) {
    frame_.request_id = request_id_;
    frame_.date = date_now();
    if (!serialise_head(response, core_.options.default_headers, frame_, out))
        base::log(base::Level::error, "http.unsafe_answer", {{"request_id", request_id_}});
}

Task<void> Connection::refuse(Refusal refusal) {
    ++core_.counters.refused;
    frame_.keep_alive = false;
    Response response = problem(refusal, request_id_);
    if (refusal.status == 503) response.set("retry-after", "1");
    co_await send(std::move(response));
}

Task<void> Connection::send_stream(Response response, std::shared_ptr<Exchange> exchange) {
    frame_.keep_alive = false;
    std::string out;
    finish_head(response, out);
    if (!response.stream) {  // The head was unsafe and has become a 500.
        co_await write(out);
        co_return;
    }
    streaming_ = true;
    if (frame_.head_request || !co_await write(out)) co_return;
    boost::asio::co_spawn(
        transport_.get_executor(), [self = shared_from_this()] { return self->watch_for_end(); },
        boost::asio::detached);
    core_.run_on_worker([stream = response.stream, exchange] {
        stream->start([exchange](std::string piece) { return exchange->push(std::move(piece)); });
    });

    while (!gone_ && !core_.draining) {
        Exchange::Pieces pieces = exchange->take_pieces();
        if (pieces.broken) break;
        if (!pieces.bytes.empty() && frame_.minor_version > 0)
            pieces.bytes = fmt::format("{:x}\r\n{}\r\n", pieces.bytes.size(), pieces.bytes);
        if (pieces.ended && frame_.minor_version > 0) pieces.bytes += "0\r\n\r\n";
        if (!pieces.bytes.empty() && !co_await write(pieces.bytes)) break;
        if (pieces.ended) break;
        if (pieces.bytes.empty()) co_await wait_for_wake();
    }
    exchange->detach();
}

// During a stream the client has nothing more to say: reading tells when it has gone.
Task<void> Connection::watch_for_end() {
    std::array<char, 512> ignored{};
    for (;;) {
        const auto [ec, got] = co_await transport_.async_read_some(boost::asio::buffer(ignored), k_await);
        if (ec || got == 0) break;
    }
    gone_ = true;
    wake_timer_.cancel();
}

Task<bool> Connection::write(std::string_view bytes) {
    if (gone_) co_return false;
    enter_waiting();
    bool good = true;
    while (good && !bytes.empty()) {
        const std::string_view slice = bytes.substr(0, k_write_slice);
        set_deadline(Clock::now() + k_write_timeout);
        const auto [ec, sent] =
            co_await boost::asio::async_write(transport_, boost::asio::buffer(slice.data(), slice.size()), k_await);
        good = !ec;
        if (!good && timed_out_) ++core_.counters.timed_out;
        bytes.remove_prefix(sent);
    }
    set_deadline(Clock::time_point::max());
    leave_waiting();
    co_return good;
}

Task<void> Connection::linger() {
    if (gone_) co_return;
    lingering_ = true;
    enter_waiting();
    if (transport_.tls) {
        set_deadline(Clock::now() + k_short_goodbye);
        co_await transport_.tls->async_shutdown(k_await);
    }
    boost::system::error_code ignored;
    transport_.socket.shutdown(boost::asio::socket_base::shutdown_send, ignored);
    set_deadline(Clock::now() + (core_.draining ? k_short_goodbye : k_linger));
    std::array<char, 4096> bytes{};
    while (!gone_) {
        const auto [ec, got] = co_await transport_.socket.async_read_some(boost::asio::buffer(bytes), k_await);
        if (ec) break;
    }
}

Task<void> Connection::wait_for_wake() {
    wake_timer_.expires_at(Clock::time_point::max());
    co_await wake_timer_.async_wait(k_await);
}

std::function<void()> Connection::waker() {
    return [weak = weak_from_this(), executor = transport_.get_executor()] {
        boost::asio::post(executor, [weak] {
            if (const auto self = weak.lock()) self->wake_timer_.cancel();
        });
    };
}

std::string Connection::new_request_id() {
    std::array<std::byte, 16> bytes{};
    core_.random.fill(bytes);
    return base::hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void start_connection(Core& core, Loop& loop, int socket, std::string peer) {
    if (core.draining) {
        ::close(socket);
        return;
    }
    ++core.counters.connections;
    const auto staying = static_cast<std::int64_t>(core.open_connections) - core.being_evicted;
    if (staying >= static_cast<std::int64_t>(core.options.max_connections) && !evict_one(core)) {
        ++core.counters.evicted;
        ::close(socket);
        return;
    }
    ++core.open_connections;
    Socket owned(loop.io->get_executor());
    boost::system::error_code ec;
    owned.assign(boost::asio::ip::tcp::v4(), socket, ec);
    owned.set_option(boost::asio::ip::tcp::no_delay(true), ec);
    std::make_shared<Connection>(core, loop, std::move(owned), std::move(peer))->start();
}

bool evict_one(Core& core) {
    std::shared_ptr<Connection> longest;
    {
        const std::scoped_lock lock(core.waiting_mutex);
        if (core.waiting.empty()) return false;
        longest = core.waiting.front().lock();
        longest->forget_place();
    }
    ++core.being_evicted;
    longest->evict();
    return true;
}

void close_connections(Loop& loop, bool all) {
    for (const auto& connection : std::vector(loop.open.begin(), loop.open.end()))
        if (all || connection->can_close()) connection->close_now();
}

}  // namespace http
