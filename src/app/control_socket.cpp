#include "app/control_socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/json.h"
#include "base/log.h"

namespace app {
namespace {

using base::Code;
using base::fail;

constexpr std::size_t k_max_request = 1u << 20;
constexpr int k_read_timeout_ms = 10'000;

class Descriptor {
  public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }

  private:
    int fd_;
};

// A socket path may have 107 bytes at most, and a data folder's may be longer: the address goes by a descriptor of the
// folder.
base::Result<sockaddr_un> address_of(int folder, const std::string& file) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = fmt::format("/proc/self/fd/{}/{}", folder, file);
    if (path.size() >= sizeof address.sun_path) return fail(Code::invalid_input, "server name too long: " + file);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

constexpr std::string_view k_before = "control", k_after = ".sock";

std::string file_of(const std::string& server) {
    return server.empty() ? fmt::format("{}{}", k_before, k_after) : fmt::format("{}-{}{}", k_before, server, k_after);
}

// Names that servers on this folder have or had; "" is the one without a name.
std::vector<std::string> names_in(const std::string& data_folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator at(data_folder, error), end; !error && at != end; at.increment(error)) {
        const std::string file = at->path().filename().string();
        if (!file.starts_with(k_before) || !file.ends_with(k_after)) continue;
        const std::string middle = file.substr(k_before.size(), file.size() - k_before.size() - k_after.size());
        if (middle.empty() || middle.starts_with('-')) names.push_back(middle.empty() ? middle : middle.substr(1));
    }
    std::ranges::sort(names);
    return names;
}

bool same_user(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == ::geteuid() || peer.uid == 0);
}

// One line without its newline; empty when the peer closed, was too slow or sent too much.
std::string read_line(int fd, std::string& rest, int timeout_ms) {
    for (;;) {
        if (const auto end = rest.find('\n'); end != std::string::npos) {
            std::string line = rest.substr(0, end);
            rest.erase(0, end + 1);
            return line;
        }
        if (rest.size() > k_max_request) return {};
        pollfd wait{fd, POLLIN, 0};
        const int ready = ::poll(&wait, 1, timeout_ms);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return {};
        char buffer[16384];
        const ssize_t n = ::read(fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return {};
        rest.append(buffer, static_cast<std::size_t>(n));
    }
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

void answer(int fd, const VerbHandler& handler) {
    std::string rest;
    const std::string line = read_line(fd, rest, k_read_timeout_ms);
    const auto request = base::JsonDocument::parse(line);
    if (!request) {
        write_all(fd, "{\"error\":\"malformed request\",\"code\":\"invalid_input\"}\n");
        return;
    }
    const auto verb = (*request)["verb"].string_or();
    const auto args = (*request)["args"].dump();
    const Print print = [fd](const std::string& json_line) { return write_all(fd, json_line + "\n"); };
    if (auto done = handler(verb, args, print))
        write_all(fd, "{\"done\":true}\n");
    else
        write_all(fd, "{\"error\":" + base::json_quote(done.error().what) +
                          ",\"code\":" + base::json_quote(base::name(done.error().code)) + "}\n");
}

}  // namespace

struct ControlSocket::State {
    std::string file;
    Descriptor folder, listener, wake;
    VerbHandler handler;
    std::jthread thread;

    void run() const {
        for (;;) {
            pollfd wait[] = {{listener.get(), POLLIN, 0}, {wake.get(), POLLIN, 0}};
            if (::poll(wait, 2, -1) < 0 && errno != EINTR) return;
            if (wait[1].revents != 0) return;
            if ((wait[0].revents & POLLIN) == 0) continue;
            const Descriptor peer(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (peer.get() < 0) continue;
            if (same_user(peer.get()))
                answer(peer.get(), handler);
            else
                base::log(base::Level::warning, "control.refused");
        }
    }
};

ControlSocket::ControlSocket(std::unique_ptr<State> state) : state_(std::move(state)) {}

base::Result<std::unique_ptr<ControlSocket>> ControlSocket::listen(const std::string& data_folder,
                                                                   const std::string& server, VerbHandler handler) {
    auto state = std::make_unique<State>();
    state->file = file_of(server);
    state->folder = Descriptor(::open(data_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (state->folder.get() < 0) return fail(Code::not_found, "data folder " + data_folder);
    const sockaddr_un address = TRY(address_of(state->folder.get(), state->file));
    state->listener = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    state->wake = Descriptor(::eventfd(0, EFD_CLOEXEC));
    ::unlinkat(state->folder.get(), state->file.c_str(), 0);
    const mode_t before = ::umask(0177);  // Born with mode 0600, not changed to it afterwards.
    const int bound = ::bind(state->listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::umask(before);
    if (bound != 0 || ::listen(state->listener.get(), 16) != 0)
        return fail(Code::internal, std::string("control socket: ") + std::strerror(errno));
    state->handler = std::move(handler);
    State* running = state.get();
    state->thread = std::jthread([running] { running->run(); });
    return std::unique_ptr<ControlSocket>(new ControlSocket(std::move(state)));
}

ControlSocket::~ControlSocket() {
    const std::uint64_t one = 1;
    // An eventfd takes an 8-byte write whenever its counter is not full.
    if (::write(state_->wake.get(), &one, sizeof one) != sizeof one) base::log(base::Level::error, "control.wake");
    state_->thread.join();
    ::unlinkat(state_->folder.get(), state_->file.c_str(), 0);
}

std::string server_name(std::uint16_t port) {
    char host[64] = {};
    // Left empty when the name is longer than what is kept of it.
    if (::gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
    std::string name(host);
    std::erase_if(name,
                  [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-'; });
    return fmt::format("{}-{}", name.empty() ? "server" : name.substr(0, 50), port);
}

base::Result<void> call_server(const std::string& data_folder, const std::string& server, const std::string& verb,
                               const std::string& args_json, const Print& print) {
    const Descriptor folder(::open(data_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    Descriptor socket;
    std::string running;
    for (const std::string& name : server.empty() ? names_in(data_folder) : std::vector<std::string>{server}) {
        const auto address = address_of(folder.get(), file_of(name));
        Descriptor tried(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        // What nobody listens at was left by a server that was killed, or is of another machine.
        if (!address || ::connect(tried.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
            continue;
        if (socket.get() >= 0)
            return fail(Code::conflict,
                        fmt::format("several servers run on this data folder; choose one with --server: {}, {}",
                                    running, name));
        socket = std::move(tried);
        running = name;
    }
    if (socket.get() < 0)
        return fail(Code::not_found, server.empty() ? "no server is running on this data folder"
                                                    : "no server of this name is running here: " + server);
    write_all(socket.get(), "{\"verb\":" + base::json_quote(verb) + ",\"args\":" + args_json + "}\n");
    std::string rest;
    for (;;) {
        const std::string line = read_line(socket.get(), rest, -1);
        if (line.empty()) return fail(Code::unavailable, "the server closed the connection before it had finished");
        const auto parsed = base::JsonDocument::parse(line);
        if (parsed && (*parsed)["done"].boolean_or(false)) return {};
        if (parsed && (*parsed)["error"].present()) {
            const auto code = (*parsed)["code"].string_or();
            return fail(code == "invalid_input" ? Code::invalid_input
                        : code == "conflict"    ? Code::conflict
                                                : Code::internal,
                        (*parsed)["error"].string_or());
        }
        print(line);
    }
}

}  // namespace app
