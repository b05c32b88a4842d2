#!/bin/sh
# Install the Debian packages that are missing, and only those; quick and silent where none is.
# usage: packages.sh python|run|test
set -eu
export DEBIAN_FRONTEND=noninteractive
missing=""

need() { missing="$missing $*"; }
has() { command -v "$1" >/dev/null 2>&1; }
font() { has fc-list && [ -n "$(fc-list "$1" 2>/dev/null)" ]; }

python_packages() {
    "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || need python3 python3-venv
    [ -e /etc/ssl/certs/ca-certificates.crt ] || need ca-certificates
}

# What papers are printed in, and pages of tests drawn.
font_packages() {
    font "Noto Sans CJK SC" || need fontconfig fonts-noto-cjk
    font "Noto Sans" || need fontconfig fonts-noto-core
}

# Kafka and TimescaleDB on this machine itself.
service_packages() {
    has java || need default-jre-headless
    has mvn || need maven
    if debian_has_timescaledb; then
        ls /usr/lib/postgresql/*/lib/timescaledb.so >/dev/null 2>&1 || need postgresql-17-timescaledb
    else
        has debootstrap || need debootstrap
        [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || need debian-archive-keyring
    fi
}

debian_has_timescaledb() (
    . /etc/os-release
    [ "${ID:-}" = debian ] && [ "${VERSION_ID:-99}" -ge 13 ]
)

install() {
    root=""
    if [ "$(id -u)" -ne 0 ]; then
        has sudo || { echo "Missing packages:$missing. Run as root: apt-get install$missing" >&2; exit 1; }
        root="sudo --preserve-env=DEBIAN_FRONTEND"
    fi
    has apt-get || { echo "This machine has no apt-get; install by hand:$missing" >&2; exit 1; }
    echo "Debian packages:$missing"
    log=$(mktemp)
    # The package must not start a server of its own beside ours.
    case "$missing" in *postgresql*)
        $root mkdir -p /etc/postgresql-common/createcluster.d
        echo "create_main_cluster = false" | $root tee /etc/postgresql-common/createcluster.d/gatehouse.conf >/dev/null
    esac
    if ! { $root apt-get update && $root apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
        tail -n 5 "$log" >&2
        echo "apt-get could not install$missing: see $log" >&2
        exit 1
    fi
    rm -f "$log"
}

case "$1" in
python) python_packages ;;
run)
    [ -n "${GATEHOUSE_KAFKA:-}" ] && [ -n "${GATEHOUSE_DATABASE_URL:-}" ] || service_packages
    if [ -n "$missing" ] && timeout 5 docker info >/dev/null 2>&1; then missing=""; fi # Docker runs them
    font_packages
    ;;
test)
    [ -n "${TEST_KAFKA:-}" ] && [ -n "${TEST_DATABASE_URL:-}" ] || service_packages
    has chromium || need chromium
    font_packages
    ;;
*) echo "usage: packages.sh python|run|test" >&2; exit 2 ;;
esac
if [ -n "$missing" ]; then install; fi
