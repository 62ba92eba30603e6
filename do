#!/bin/sh
# What there is to do in this checkout, each with all that it needs: ./do demo, ./do test, ./do build, ./do lint.
set -eu
cd "$(dirname "$0")"

packages="libsqlite3-dev libcurl4-openssl-dev libyaml-dev libical-dev libgmime-3.0-dev libexpat1-dev libxlsxwriter-dev libpango1.0-dev libsodium-dev zlib1g-dev libmicrohttpd-dev coinor-libcbc-dev pkg-config tzdata fonts-noto-core fonts-droid-fallback"
test_packages="faketime python3 python3-venv poppler-utils curl openssl bubblewrap jq python3-openpyxl"

# Installs what is missing; with what is there it needs neither network nor rights.
install() {
    missing=""
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    echo "installing$missing" >&2
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
}

# Unpacks a package into .build without installing it: a mail server that is installed takes the place of the machine's own.
# What it needs of libraries is installed.
unpack() {
    folder="$PWD/.build/debian/$1"
    [ -d "$folder" ] && return 0
    echo "unpacking $1" >&2
    apt-cache show "$1" >/dev/null 2>&1 || {
        as_root=""
        [ "$(id -u)" = 0 ] || as_root="sudo"
        $as_root apt-get update -qq
    }
    # shellcheck disable=SC2046
    install $(apt-cache depends "$1" | sed -n 's/^ *Depends: \(lib[a-z0-9.+-]*\)$/\1/p')
    rm -rf "$folder.part"
    mkdir -p "$folder.part"
    (cd "$folder.part" && apt-get download -qq "$1" 2>/dev/null && dpkg-deb -x ./*.deb . && rm ./*.deb) || {
        echo "$1 cannot be unpacked here; the tests that talk to it are left out" >&2
        return 0
    }
    # Last, so that an unpacking that was broken off begins again.
    mv "$folder.part" "$folder"
}

needs_swift() {
    command -v swift >/dev/null && return 0
    echo "Swift 6.2 or newer is needed: https://www.swift.org/install/linux" >&2
    exit 1
}

verb="${1:-help}"
[ $# -eq 0 ] || shift
case "$verb" in
demo)
    needs_swift
    # shellcheck disable=SC2086
    install $packages
    swift build -c release --product sojourn >&2
    exec "$(swift build -c release --show-bin-path)/sojourn" demo "$@"
    ;;
build)
    needs_swift
    # shellcheck disable=SC2086
    install $packages
    swift build -c release --product sojourn "$@"
    echo "$(swift build -c release --show-bin-path)/sojourn"
    ;;
test)
    needs_swift
    # shellcheck disable=SC2086
    install $packages $test_packages
    unpack exim4-daemon-light
    Tests/Counterparts/setup >/dev/null
    log="$(mktemp)"
    status=0
    swift build --build-tests >"$log" 2>&1 || {
        cat "$log"
        exit 1
    }
    if [ $# -gt 0 ]; then
        swift test --skip-build --no-parallel "$@" >"$log" 2>&1 || status=$?
    else
        # What touches nothing outside its process runs side by side; the rest one at a time, since tests that watch a
        # clock against a real server would else wait for each other.
        pure='^(Calendars|Digests|Exchange|Expressions|Folding|IntegerProgrammes|Matching|ProgrammeLanguage|Tables)Tests\.'
        swift test --skip-build --filter "$pure" >"$log" 2>&1 || status=$?
        swift test --skip-build --no-parallel --skip "$pure" >>"$log" 2>&1 || status=$?
    fi
    # The passing ones are counted, not listed.
    grep -vE '^(◇|✔) |passed after|started\.$|^\[[0-9]+/[0-9]+\]|prohibited flag' "$log" || true
    awk -v status="$status" '
        match($0, /Test run with [0-9]+ tests? in [0-9]+ suites?/) {
            split(substr($0, RSTART, RLENGTH), word, " ")
            tests += word[4]; suites += word[7]
            match($0, /after [0-9.]+ seconds/)
            seconds += substr($0, RSTART + 6, RLENGTH - 14)
        }
        END {
            printf "Test run with %d tests in %d suites %s after %.1f seconds.\n", tests, suites,
                status == 0 ? "passed" : "failed", seconds
        }' "$log"
    rm -f "$log"
    exit "$status"
    ;;
lint)
    needs_swift
    swift format lint --strict --recursive Package.swift Sources Plugins Tests
    echo "the format is clean"
    ;;
*)
    echo "./do demo [options]   runs the main job: a year of a study tour, in a new folder sojourn-demo"
    echo "./do test             runs all tests"
    echo "./do build            builds the release program and prints its path"
    echo "./do lint             checks the format"
    [ "$verb" = help ] || exit 2
    ;;
esac
