#!/usr/bin/env bash
# test.sh BUILD_FOLDER: the Debian package is made, installed into a fresh Debian, used, and purged. Needs root,
# debootstrap and a Debian mirror; says 77 (skipped) without them.
set -euo pipefail
build=$1
[ "$(id -u)" = 0 ] || { echo "needs root"; exit 77; }
command -v debootstrap > /dev/null || { echo "needs debootstrap"; exit 77; }

folder=$(mktemp -d)
root=$folder/debian
cleanup() {
  umount "$root/proc" 2> /dev/null || true
  rm -rf --one-file-system "$folder"
}
trap cleanup EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }

(cd "$build" && cpack -B "$folder/packages" > "$folder/cpack.log" 2>&1) || { cat "$folder/cpack.log"; fail "cpack"; }
package=$(echo "$folder"/packages/infra_*.deb)
[ -f "$package" ] || fail "no package"

debootstrap --variant=minbase bookworm "$root" > "$folder/debootstrap.log" 2>&1 ||
  { tail -n 3 "$folder/debootstrap.log"; echo "no Debian mirror"; exit 77; }
mount -t proc proc "$root/proc"
cp "$package" "$root/tmp/infra.deb"
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends /tmp/infra.deb systemd man-db > "$folder/install.log" 2>&1 ||
  { tail "$folder/install.log"; fail "install"; }

inside infra version
[[ $(inside infra version) == infra\ * ]] || fail "version"
inside sh -c 'mkdir /tmp/first && cd /tmp/first && infra init && infra validate && infra apply -y && infra destroy -y' ||
  fail "first stack"
inside systemd-analyze verify /lib/systemd/system/infra-watch@.service 2> "$folder/verify.log" || true
grep -v '^$' "$folder/verify.log" | grep -i 'infra-watch' && fail "the unit: $(cat "$folder/verify.log")"
for file in /usr/share/man/man1/infra.1.gz /usr/share/man/man1/infra-state-mv.1.gz \
  /usr/share/bash-completion/completions/infra /usr/share/zsh/vendor-completions/_infra \
  /usr/share/fish/vendor_completions.d/infra.fish /usr/share/doc/infra/LICENSE; do
  [ -s "$root$file" ] || fail "$file is missing"
done
inside apt-get purge -y -qq infra > /dev/null 2>&1 || fail "purge"
left=$(inside sh -c 'find / -xdev -path /proc -prune -o \( -name "*infra*" -a ! -path "/tmp/*" -a ! -path "*/apt/*" -a ! -path "*/dpkg/*" -a ! -path "/var/cache/*" \) -print' |
  grep -iE '/infra|infra-watch' || true)
[ -z "$left" ] || fail "left behind: $left"
echo "the package installs, works and purges clean"
