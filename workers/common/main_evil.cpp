// A worker that does what a decoder would that was taken over by what it read. For tests alone: parse/pool_test.cpp
// proves that nothing of it works (IN-1).
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/serve.h"

namespace {

// Each tells whether it succeeded. The argument is a path or port from the request.
bool open_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY);
    return file >= 0;
}
bool create_file(const std::string& path) {
    return ::open(path.c_str(), O_WRONLY | O_CREAT, 0600) >= 0;
}
bool open_socket(const std::string& port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port.c_str())));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return socket >= 0 && ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}
bool unix_socket(const std::string&) {
    return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}
bool fork_child(const std::string& path) {
    const pid_t child = ::fork();
    if (child == 0) {
        // Seen from outside if it ever runs.
        ::_exit(create_file(path) ? 0 : 1);
    }
    return child > 0;
}
bool run_program(const std::string& path) {
    const std::string script = "touch " + path;
    return ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr) == 0;
}
bool executable_memory(const std::string&) {
    return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}
bool signal_parent(const std::string&) {
    return ::kill(::getppid(), SIGTERM) == 0;
}
bool too_much_memory(const std::string&) {
    std::vector<std::string> held;
    for (int i = 0; i < 64; ++i) held.emplace_back(16u << 20, 'x');
    return held.size() == 64;
}
bool spin(const std::string&) {
    std::atomic<unsigned> turns = 0;
    for (;;) ++turns;
}
bool environment(const std::string&) {
    return ::environ != nullptr && *::environ != nullptr;
}
bool crash(const std::string&) {
    std::abort();
}

std::string handle(const model::ReadRequest& request, common::Answer& answer) {
    static const std::map<std::string, std::function<bool(const std::string&)>> deeds = {
        {"open", open_file},         {"create", create_file}, {"socket", open_socket},      {"unix", unix_socket},
        {"fork", fork_child},        {"exec", run_program},   {"wx", executable_memory},    {"kill", signal_parent},
        {"memory", too_much_memory}, {"spin", spin},          {"environment", environment}, {"crash", crash}};
    const auto space = request.bytes.find(' ');
    const std::string deed = request.bytes.substr(0, space);
    const std::string argument = space == std::string::npos ? std::string() : request.bytes.substr(space + 1);
    model::Features features;
    if (deed == "lie") {  // An answer that no honest worker gives.
        features.parts.push_back({"text", argument});
        features.links.push_back({"text", 0, 4'000'000, "http://x.example", "", "href"});
    } else if (const auto found = deeds.find(deed); found != deeds.end()) {
        features.parts.push_back({"text", found->second(argument) ? "succeeded" : "failed"});
    } else {
        features.parts.push_back({"text", "idle"});
    }
    answer.features(features);
    return {};
}

}  // namespace

int main() {
    return common::serve([] {}, handle);
}
