# shellcheck shell=bash
# Debian's packages: what is missing is named, measured against the free disk and installed; nothing is ever removed.

debian_release() {
    # shellcheck source=/dev/null
    (. /etc/os-release 2>/dev/null && [ "${ID-}" = debian ] && printf '%s' "${VERSION_ID-}")
}

# ask_root: sets as_root to what stands before a command that needs root. Without a way to become root it says the one command that someone
# else can run. sudo's question is asked here, while the screen is free.
ask_root() {
    as_root=()
    [ "$(id -u)" != 0 ] || return 0
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; then
        as_root=(sudo)
        return 0
    fi
    fail "Installing packages needs root, and sudo is missing or refuses." "Have this run once, then start again:  su -c '$PWD/run packages${packages_asked:+ $packages_asked}'"
}

# in_megabytes TEXT: "1,234 kB" -> 2. The sizes that apt prints.
in_megabytes() {
    awk -v text="$1" 'BEGIN { split(text, part, " "); number = part[1]; gsub(",", "", number); unit = part[2]
        factor = unit == "GB" ? 1000 : unit == "MB" ? 1 : unit == "kB" ? 0.001 : 0.000001; printf "%d", number * factor + 1 }'
}

installed_packages() { dpkg-query -W -f='${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | sort -u; }

# missing_packages LIST…: the packages of the lists that are not installed.
missing_packages() {
    local wanted
    wanted=$(sed 's/#.*//' "$@" | tr -s ' \t' '\n' | sed '/^$/d')
    if ! command -v npm >/dev/null; then wanted+=$'\nnodejs\nnpm'; fi
    comm -23 <(printf '%s\n' "$wanted" | sort -u) <(installed_packages)
}

apt_lists_are_old() { [ -z "$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mmin -1440 -print -quit 2>/dev/null)" ]; }

apt_plan() { LC_ALL=C apt-get install --assume-no --no-install-recommends --no-remove -o Debug::NoLocking=1 "$@" 2>&1 || true; }

# need_packages [test]: makes sure that the packages to build (and to test) are installed.
need_packages() {
    packages_asked=${1-}
    [ "${STALLWARD_PACKAGES-}" != skip ] || return 0
    local release lists missing
    release=$(debian_release) || true
    lists=("tools/packages/debian-$release.txt")
    [ "$packages_asked" != test ] || lists+=("tools/packages/debian-$release-test.txt")
    [ -f "${lists[0]}" ] || fail "Stallward is built and tested on Debian 12 and 13; this system is something else." \
        "Install what tools/packages/debian-13.txt names under your system's names, then: STALLWARD_PACKAGES=skip ./run"
    missing=$(missing_packages "${lists[@]}")
    [ -z "$missing" ] || install_packages "$missing"
}

# install_packages NAMES: says what will be fetched, looks whether the disk holds it, and installs.
install_packages() {
    local missing=$1 plan size_line disk_line download disk
    step "Packages"
    ask_root
    if apt_lists_are_old; then
        logged "reading the package lists" apt-update "${as_root[@]}" apt-get update ||
            fail "apt-get update failed." "Check the network and /etc/apt/sources.list, then start again."
    fi
    # shellcheck disable=SC2086 # one word per package
    plan=$(apt_plan $missing)
    size_line=$(sed -n 's/^Need to get \(.*\) of archives\..*/\1/p' <<<"$plan")
    disk_line=$(sed -n 's/^After this operation, \(.*\) of additional disk space.*/\1/p' <<<"$plan")
    if [ -z "$size_line" ]; then
        printf '%s\n' "$plan" | tail -n 25 | sed 's/^/   | /'
        fail "apt cannot install what is missing: $(tr '\n' ' ' <<<"$missing")" \
            "Nothing was changed. The lines above say what is in the way (packages are never removed for you); solve that, then start again."
    fi
    download=$(in_megabytes "${size_line##*/}")
    disk=$(in_megabytes "${disk_line:-0 MB}")
    note "$(wc -w <<<"$missing") packages are missing; with what they need, $(grep -c '' <(sed -n '/^The following NEW packages/,/^[^ ]/p' <<<"$plan" | sed -n 's/^  //p' | tr -s ' ' '\n')) will be installed: $download MB to fetch, $disk MB on disk."
    need_disk /var/cache/apt $((download + disk + 300)) "Installing the packages"
    if grep -qx postgresql <<<"$missing"; then
        # The tests start servers of their own: Debian need not create and start one.
        "${as_root[@]}" sh -c 'mkdir -p /etc/postgresql-common/createcluster.d && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/no-main.conf'
    fi
    local install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --no-remove
        -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold)
    # shellcheck disable=SC2086
    logged "installing" apt-install "${install[@]}" $missing && return
    note "trying once more with fresh package lists"
    # shellcheck disable=SC2086
    logged "reading the package lists" apt-update "${as_root[@]}" apt-get update && logged "installing" apt-install "${install[@]}" $missing ||
        fail "apt-get could not install the packages." "The lines above say why. Start again when that is solved; what is installed is not fetched again."
}
