# Private container engines and registries for scripts: source it. Everything of one lies below DIR, so that nothing of
# the machine's own engine is touched; processes are ended by the ids in DIR's pid files only.
#
#   start_engine DIR            prints the engine's socket (short: the path must stay below 108 bytes)
#   stop_engine DIR
#   start_registry DIR PORT     on 127.0.0.1, deletes allowed
#   stop_registry DIR

_engine_answers() { curl -s -o /dev/null --max-time 2 --unix-socket "$1" http://engine/_ping; }

_engine_running() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }

# A socket's path may be too long below a deep build folder; then it lies in /tmp and DIR remembers where.
_engine_socket() {
  local dir=$1 socket=$1/docker.sock
  if [ ${#socket} -gt 100 ]; then
    [ -s "$dir/socket" ] || echo "$(mktemp -d /tmp/infra-engine-XXXXXX)/docker.sock" >"$dir/socket"
    socket=$(cat "$dir/socket")
  fi
  echo "$socket"
}

# A bridge of its own: two engines on one bridge would give out the same addresses.
_engine_bridge() {
  local name n
  name=ib$(printf '%s' "$1" | cksum | cut -d' ' -f1)
  name=${name:0:15}
  if ! ip link show "$name" >/dev/null 2>&1; then
    n=$((16 + $(printf '%s' "$1" | cksum | cut -d' ' -f1) % 200))
    ip link add "$name" type bridge && ip addr add "10.254.$n.1/24" dev "$name" && ip link set "$name" up || return 1
  fi
  echo "$name"
}

# Where the firewall drops what is forwarded (as an engine that ran before leaves it), containers reach each other only
# by rules that dockerd makes. Elsewhere it makes none: ports are published by its own proxy, and no rules are touched.
_engine_iptables() {
  if command -v iptables >/dev/null && iptables -S FORWARD 2>/dev/null | grep -q -e '^-P FORWARD DROP'; then
    echo true
  else
    echo false
  fi
}

start_engine() {
  local dir socket bridge driver log pid
  mkdir -p "$1" && dir=$(cd "$1" && pwd) || return 1
  socket=$(_engine_socket "$dir") log=$dir/dockerd.log
  if _engine_running "$dir/dockerd.pid" && _engine_answers "$socket"; then
    echo "$socket"
    return 0
  fi
  if [ "$(id -u)" != 0 ]; then
    echo "start_engine: needs root to run a private dockerd" >&2
    return 1
  fi
  bridge=$(_engine_bridge "$dir") || { echo "start_engine: can't make a network bridge (apt-get install iproute2)" >&2; return 1; }
  for driver in overlay2 vfs; do
    dockerd --data-root "$dir/data" --exec-root "$dir/exec" -H "unix://$socket" --pidfile "$dir/dockerd.pid" \
      --bridge "$bridge" --iptables="$(_engine_iptables)" --ip6tables=false --ip-masq=false --storage-driver "$driver" \
      </dev/null >>"$log" 2>&1 &
    pid=$!
    for _ in $(seq 300); do
      if _engine_answers "$socket"; then
        disown "$pid" 2>/dev/null || true
        echo "$socket"
        return 0
      fi
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  echo "start_engine: dockerd doesn't run here; the end of $log:" >&2
  tail -n 20 "$log" >&2
  return 1
}

_stop_by_pidfile() {
  local pid
  [ -s "$1" ] || return 0
  pid=$(cat "$1")
  kill "$pid" 2>/dev/null || true
  for _ in $(seq 200); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
  rm -f "$1"
}

# An engine leaves the bridges of its networks behind, and their addresses stay taken on this machine.
_engine_remove_bridges() {
  local bridge known=$1/data/network/files/local-kv.db
  [ -f "$known" ] || return 0
  for bridge in $(grep -aoE 'br-[0-9a-f]{12}' "$known" | sort -u); do ip link del "$bridge" 2>/dev/null || true; done
}

stop_engine() {
  local dir socket ids bridge
  dir=$(cd "$1" 2>/dev/null && pwd) || return 0
  socket=$(_engine_socket "$dir")
  if _engine_running "$dir/dockerd.pid"; then
    # Quicker than dockerd's own end, which gives each container ten seconds.
    ids=$(docker -H "unix://$socket" ps -q 2>/dev/null || true)
    [ -z "$ids" ] || docker -H "unix://$socket" kill $ids >/dev/null 2>&1 || true
  fi
  _stop_by_pidfile "$dir/dockerd.pid"
  awk -v dir="$dir/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do umount -l "$mount" || true; done
  bridge=ib$(printf '%s' "$dir" | cksum | cut -d' ' -f1)
  ip link del "${bridge:0:15}" 2>/dev/null || true
  _engine_remove_bridges "$dir"
  case $socket in /tmp/infra-engine-*) rm -rf "${socket%/*}" ;; esac
  rm -rf "$dir/data" "$dir/exec" "$dir/socket"
}

start_registry() {
  local dir pid
  mkdir -p "$1" && dir=$(cd "$1" && pwd) || return 1
  if _engine_running "$dir/registry.pid"; then return 0; fi
  cat >"$dir/config.yml" <<CONFIG
version: 0.1
log:
  level: warn
storage:
  filesystem:
    rootdirectory: $dir/data
  delete:
    enabled: true
http:
  addr: 127.0.0.1:$2
CONFIG
  docker-registry serve "$dir/config.yml" </dev/null >>"$dir/registry.log" 2>&1 &
  pid=$!
  echo "$pid" >"$dir/registry.pid"
  disown "$pid" 2>/dev/null || true
  for _ in $(seq 100); do
    # Only a registry that still runs is ours: another program may already listen on the port.
    kill -0 "$pid" 2>/dev/null || break
    if curl -s -o /dev/null --max-time 2 "http://127.0.0.1:$2/v2/"; then return 0; fi
    sleep 0.1
  done
  echo "start_registry: docker-registry doesn't answer on port $2; the end of $dir/registry.log:" >&2
  tail -n 10 "$dir/registry.log" >&2
  _stop_by_pidfile "$dir/registry.pid"
  return 1
}

stop_registry() {
  local dir
  dir=$(cd "$1" 2>/dev/null && pwd) || return 0
  _stop_by_pidfile "$dir/registry.pid"
  rm -rf "$dir/data"
}
