# Shared by the scripts of tools/: how they talk, and how they get what they need. Sourced, not run.

readonly root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  readonly bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' dim=$'\e[2m' plain=$'\e[0m'
else
  readonly bold='' green='' red='' dim='' plain=''
fi

say() { printf '%s\n' "$*"; }
step() { printf '\n%s==> %s%s\n' "$bold" "$*" "$plain"; }
fail() {
  printf '%serror:%s %s\n' "$red" "$plain" "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "installing packages needs root: run this as root, or install sudo"
  fi
}

have_package() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

# The packages of tools/packages with this word (`unit`, `engine`) in front that are not there yet.
missing_packages() {
  local group package program
  sed 's/#.*//' "$root/tools/packages" | while read -r group package program; do
    [ "$group" = "$1" ] || continue
    if [ -n "$program" ] && command -v "$program" >/dev/null; then continue; fi
    have_package "$package" || printf '%s\n' "$package"
  done
}

# install_packages unit [engine]: what is missing, and nothing if nothing is.
install_packages() {
  local missing=() group
  command -v dpkg-query >/dev/null || fail "this installs Debian packages; elsewhere install what tools/packages lists, and use cmake"
  for group in "$@"; do
    mapfile -t -O "${#missing[@]}" missing < <(missing_packages "$group")
  done
  if [ ${#missing[@]} -eq 0 ]; then
    say "all there"
    return 0
  fi
  say "installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# build_release [--quiet] [TARGET…]: everything unless targets are named. The first build takes some minutes, later ones
# seconds. Quiet: where no terminal keeps the steps on one line, nothing is said of those that go well.
build_release() {
  local words=()
  if [ "${1:-}" = --quiet ]; then
    shift
    [ -t 1 ] || words=(-- --quiet)
  fi
  cd "$root"
  cmake --preset release >/dev/null || cmake --preset release
  cmake --build --preset release ${1:+--target "$@"} "${words[@]}"
}
