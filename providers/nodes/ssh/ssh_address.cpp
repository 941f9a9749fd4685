#include "providers/nodes/ssh/ssh_address.h"

#include <algorithm>
#include <charconv>

namespace infra::nodes {
namespace {

constexpr std::string_view kScheme = "ssh://";

// What neither ssh nor a shell that its configuration names (ProxyCommand) sees more in than a name.
bool is_plain(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || more.find(c) != std::string_view::npos;
  });
}

bool is_word(std::string_view text) { return !text.empty() && !text.starts_with('-') && is_plain(text, "-._+"); }

std::optional<int> port_of(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && port > 0 && port < 65'536 ? std::optional(port) : std::nullopt;
}

// "[::1]:22" or "host:22"
bool read_host(std::string_view text, SshAddress& out) {
  const bool bracketed = text.starts_with('[');
  const auto end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && end == std::string_view::npos) return false;
  out.host = bracketed ? text.substr(1, end - 1) : text.substr(0, end);
  const auto rest = end == std::string_view::npos ? std::string_view() : text.substr(bracketed ? end + 1 : end);
  if (!rest.empty()) {
    const auto port = rest.starts_with(':') ? port_of(rest.substr(1)) : std::nullopt;
    if (!port) return false;
    out.port = *port;
  }
  if (!bracketed) return is_word(out.host);
  return !out.host.empty() && is_plain(out.host, ":.");
}

}  // namespace

std::string SshAddress::text() const {
  const auto out = user.empty() ? host : user + "@" + host;
  return port != 0 ? out + ":" + std::to_string(port) : out;
}

std::string SshAddress::as_arguments() const {
  const auto who = user.empty() ? host : user + "@" + host;
  return port != 0 ? "-p " + std::to_string(port) + " " + who : who;
}

std::string SshAddress::in_known_hosts() const {
  return port != 0 && port != 22 ? "[" + host + "]:" + std::to_string(port) : host;
}

std::optional<SshAddress> parse_ssh_address(std::string_view text) {
  if (!text.starts_with(kScheme)) return std::nullopt;
  text.remove_prefix(kScheme.size());
  SshAddress out;
  const auto slash = text.find('/');
  const auto path = slash == std::string_view::npos ? std::string_view() : text.substr(slash);
  if (path.size() > 1) out.socket = path;
  if (!is_plain(out.socket, "/-._+@")) return std::nullopt;  // ssh replaces ${HOME} and %h in it
  auto host = text.substr(0, slash);
  if (const auto at = host.rfind('@'); at != std::string_view::npos) {
    out.user = host.substr(0, at);
    if (!is_word(out.user)) return std::nullopt;
    host.remove_prefix(at + 1);
  }
  if (!read_host(host, out)) return std::nullopt;
  return out;
}

}  // namespace infra::nodes
