#!/usr/bin/env bash
# Sets a Debian 12 machine up for the engine and browser tests. Run as root, as often as you like: what is there stays.
# Nothing here starts a service, removes a package or replaces a newer engine of the system.
set -euo pipefail

cache="${XDG_CACHE_HOME:-$HOME/.cache}/nimdeck-test"
newer="$cache/engines/26.1"

# Fonts: without them Chromium draws boxes and every screenshot and contrast check is worthless.
packages=(
  ca-certificates docker.io containerd runc docker-registry busybox-static
  chromium fonts-liberation iproute2 openssl e2fsprogs util-linux
)
# trixie's runc is not among them: it wants a newer libc. Every engine runs with bookworm's.
newer_packages=(docker.io containerd docker-cli)

fail() { echo "host-setup: $*" >&2; exit 1; }

timed() {
  local name=$1 start end
  shift
  start=$(date +%s%N)
  "$@"
  end=$(date +%s%N)
  echo "host-setup: $name $(((end - start) / 1000000000)).$(printf %01d $(((end - start) / 100000000 % 10))) s"
}

# The network of a build machine drops now and then; apt's own retries do not cover everything.
twice() { "$@" || { sleep 3; "$@"; }; }

is_installed() { dpkg-query -W -f '${db:Status-Status}\n' "$@" 2>/dev/null | grep -qx installed; }

install_packages() {
  local missing=() package
  for package in "${packages[@]}"; do is_installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -eq 0 ] && return
  # Without this, apt would start an engine and a registry on a machine with systemd.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  twice apt-get -qq update
  # --no-remove: where another Docker is installed, say so instead of replacing it.
  DEBIAN_FRONTEND=noninteractive twice apt-get -qq -y --no-install-recommends --no-remove \
    -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 install "${missing[@]}" >"$cache/apt.log" 2>&1 ||
    { tail -n 20 "$cache/apt.log" >&2; fail "apt-get could not install ${missing[*]}"; }
}

# Downloaded from the suite after ours on the very mirror this machine's apt uses, with lists of its own, and unpacked
# into the cache: the system's packages and lists stay as they are.
unpack_newer_engine() {
  [ -e "$newer/.complete" ] && return
  local mirror work options
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(ORIGIN)' |
    awk '$2 == "bookworm" && $3 == "Debian" { print $1; exit }')
  [ -n "$mirror" ] || fail "no Debian mirror with bookworm among this machine's apt sources"

  work="$newer.partial"
  rm -rf "$work" "$newer"
  mkdir -p "$work/lists/partial" "$work/debs" "$work/root"
  # apt drops root for downloads; the cache may lie in a home folder that its user cannot enter.
  options=(
    -o "Dir::Etc::sourcelist=$work/newer.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::Lists=$work/lists" -o APT::Sandbox::User=root -o Acquire::Retries=3
    -o APT::Get::List-Cleanup=0
  )
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$work/newer.list"
  twice apt-get -qq "${options[@]}" update
  (cd "$work/debs" && twice apt-get -qq "${options[@]}" download "${newer_packages[@]/%//trixie}")
  for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/root"; done
  "$work/root/usr/sbin/dockerd" --version | grep -q ' 26\.1\.' ||
    fail "the newer suite has $("$work/root/usr/sbin/dockerd" --version), not 26.1"
  rm -rf "$work/lists" "$work/debs"
  touch "$work/root/.complete"
  mv "$work/root" "$newer"
  rm -rf "$work"
}

[ "$(id -u)" -eq 0 ] || fail "must run as root"
[ "$(. /etc/os-release && echo "$ID $VERSION_ID")" = "debian 12" ] || fail "knows Debian 12 only"
mkdir -p "$cache"
timed "packages" install_packages
timed "newer engine" unpack_newer_engine
