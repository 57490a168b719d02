#include "common/sandbox.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <initializer_list>

namespace common {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool k_address_sanitizer = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool k_address_sanitizer = true;
#else
constexpr bool k_address_sanitizer = false;
#endif
#else
constexpr bool k_address_sanitizer = false;
#endif

bool limit(__rlimit_resource resource, rlim_t value) {
    const rlimit both = {value, value};
    return ::setrlimit(resource, &both) == 0;
}

bool set_limits() {
    // The address sanitizer reserves terabytes of addresses: such builds are held by hard_rss_limit_mb instead.
    const bool memory = k_address_sanitizer || limit(RLIMIT_AS, 512u << 20);
    return memory && limit(RLIMIT_CPU, 10) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) &&
           limit(RLIMIT_NOFILE, 1);
}

bool allow(scmp_filter_ctx filter) {
    constexpr int k_plain[] = {SCMP_SYS(read),           SCMP_SYS(write),        SCMP_SYS(poll),
                               SCMP_SYS(ppoll),          SCMP_SYS(exit),         SCMP_SYS(exit_group),
                               SCMP_SYS(munmap),         SCMP_SYS(mremap),       SCMP_SYS(brk),
                               SCMP_SYS(madvise),        SCMP_SYS(futex),        SCMP_SYS(rt_sigreturn),
                               SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack),
                               SCMP_SYS(clock_gettime),  SCMP_SYS(gettimeofday), SCMP_SYS(getpid),
                               SCMP_SYS(gettid),         SCMP_SYS(getrandom),    SCMP_SYS(restart_syscall),
                               SCMP_SYS(sched_yield),    SCMP_SYS(getrusage)};
    for (const int call : k_plain)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) return false;
    // Memory may be taken, never made executable.
    constexpr scmp_arg_cmp no_exec = {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_exec) != 0) return false;
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_exec) != 0) return false;
    // abort() signals the process itself.
    const scmp_arg_cmp self = {0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()), 0};
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, self) != 0) return false;
    // Asked for by glibc and ICU on the way to something else; they go on without.
    constexpr int k_refused[] = {SCMP_SYS(open),      SCMP_SYS(openat),     SCMP_SYS(openat2),  SCMP_SYS(stat),
                                 SCMP_SYS(lstat),     SCMP_SYS(newfstatat), SCMP_SYS(statx),    SCMP_SYS(access),
                                 SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
                                 SCMP_SYS(getcwd),    SCMP_SYS(fstat),      SCMP_SYS(ioctl),    SCMP_SYS(lseek),
                                 SCMP_SYS(fcntl)};
    for (const int call : k_refused)
        if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 0) != 0) return false;
    if (k_address_sanitizer)
        for (const int call :
             {SCMP_SYS(sched_getaffinity), SCMP_SYS(sysinfo), SCMP_SYS(prctl), SCMP_SYS(getuid), SCMP_SYS(getrlimit),
              SCMP_SYS(prlimit64), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep)})
            if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 0) != 0) return false;
    return true;
}

bool close_calls() {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == nullptr) return false;
    const bool loaded = allow(filter) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return loaded;
}

}  // namespace

bool close_process(int socket) {
    // The socket becomes descriptor 0 and everything else is closed: with a limit of one no other can come.
    if (::dup2(socket, 0) != 0 || ::close_range(1, ~0U, 0) != 0) return false;
    // No interfaces at all, where an unprivileged namespace is permitted; seccomp refuses sockets in any case.
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) errno = 0;
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return false;
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
    return set_limits() && close_calls();
}

}  // namespace common
