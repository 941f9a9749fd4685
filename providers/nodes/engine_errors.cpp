#include "providers/nodes/engine_errors.h"

#include <fmt/format.h>

#include "base/text/image_reference.h"
#include "providers/nodes/context.h"

namespace infra::nodes {

namespace {

bool says_plain_http(std::string_view message) {
  return mentions(message,
                  {"server gave HTTP response to HTTPS client", "first record does not look like a TLS handshake"});
}
bool says_unreachable(std::string_view message) {
  return mentions(message,
                  {"connection refused", "no such host", "i/o timeout", "Client.Timeout", "TLS handshake timeout",
                   "network is unreachable", "no route to host", "server misbehaving", "EOF", "context deadline",
                   "connection reset", "x509:", "Temporary failure in name resolution", "pinging container registry"});
}
bool says_unauthorised(std::string_view message) {
  return mentions(message, {"unauthorized", "authentication required", "no basic auth credentials", "access forbidden",
                            "incorrect username or password", "403 Forbidden", "401 Unauthorized"});
}
bool says_absent(std::string_view message) {
  return mentions(message, {"not found", "manifest unknown", "repository does not exist", "pull access denied",
                            "no such image", "No such image", "name unknown", "does not exist"});
}

Error registry_error(const Engine& engine, const std::string& host, const std::string& message, bool signed_in) {
  if (mentions(message, {"unexpected EOF"})) {
    return {.code = "E0605",
            .message =
                fmt::format("the registry {} broke off while the engine of node `{}` was in the middle of a layer: {}",
                            host, engine.node(), message),
            .help = "try again; if it goes on, look at the registry's log, and at what stands between the two"};
  }
  if (says_plain_http(message)) {
    return {.code = "E0605",
            .message = fmt::format("the registry {} speaks plain HTTP, which the engine of node `{}` refuses", host,
                                   engine.node()),
            .help = fmt::format("give the registry TLS, or add {{\"insecure-registries\": [\"{}\"]}} to the engine's "
                                "/etc/docker/daemon.json and restart it",
                                host)};
  }
  if (says_unauthorised(message)) {
    return {.code = "E0605",
            .message = fmt::format("the registry {} refuses {}: {}", host,
                                   signed_in ? "these credentials" : "to work without a user", message),
            .help = "check `username` and `password` of the registry"};
  }
  return {.code = "E0605",
          .message =
              fmt::format("the registry {} doesn't answer the engine of node `{}`: {}", host, engine.node(), message),
          .help = "start it, or correct the registry's `endpoint`; the engine, not this machine, must reach it"};
}

std::string fixed_ports(const Value& ports) {
  std::string out;
  if (ports.list() == nullptr) return out;
  for (const auto& port : *ports.list()) {
    const auto host = number_of(port["host"]);
    if (host != 0) out += fmt::format("{}{}", out.empty() ? "" : ", ", host);
  }
  return out;
}

// "8080" of "Bind for 0.0.0.0:8080 failed: port is already allocated" and "listen tcp4 0.0.0.0:8080: bind: address …".
std::string port_in(std::string_view message) {
  for (const auto* before : {"Bind for ", "listen tcp4 ", "listen tcp ", "listen udp4 ", "listen udp "}) {
    const auto at = message.find(before);
    if (at == std::string_view::npos) continue;
    const auto address = message.substr(at + std::string_view(before).size());
    const auto end = address.find(' ');
    auto text = address.substr(0, end);
    if (text.ends_with(':')) text.remove_suffix(1);
    const auto colon = text.rfind(':');
    if (colon != std::string_view::npos) return std::string(text.substr(colon + 1));
  }
  return {};
}

}  // namespace

bool says_full_disk(std::string_view message) {
  return mentions(message, {"no space left on device", "disk quota exceeded"});
}

Error transfer_error(const Engine& engine, const std::string& image, const std::string& message, bool signed_in) {
  const auto reference = registry::parse_reference(image);
  if (says_full_disk(message)) {
    return {
        .code = "E0610",
        .message = fmt::format("the disk of node `{}` has no room for the image {}: {}", engine.node(), image, message),
        .help = kMakeRoom};
  }
  if (says_plain_http(message)) return registry_error(engine, reference.host, message, signed_in);
  // A registry that is down may also say "not found" (of its host), one that hides what exists says "denied".
  if (says_unreachable(message) && !mentions(message, {"manifest unknown"}))
    return registry_error(engine, reference.host, message, signed_in);
  if (says_absent(message)) {
    return {.code = "E0604",
            .message =
                fmt::format("the image {} doesn't exist in {}, or needs a sign-in: {}", image, reference.host, message),
            .help = "check the image's name and tag; for a private registry declare it with `username` and `password`"};
  }
  if (says_unauthorised(message) || mentions(message, {"denied"}))
    return registry_error(engine, reference.host, message, signed_in);
  return {.code = "E0605",
          .message = fmt::format("moving the image {} between node `{}` and {} failed: {}", image, engine.node(),
                                 reference.host, message),
          .help = "look at the logs of the engine and of the registry"};
}

std::optional<Error> network_gone(const Engine& engine, const std::string& container, const std::string& message) {
  if (!mentions(message, {"network"}) || !mentions(message, {"not found", "does not exist"})) return std::nullopt;
  return Error{
      .code = "E0609",
      .message = fmt::format("the network of {} is gone from node `{}`: {}", container, engine.node(), message),
      .help = "run infra apply again: the next plan makes it anew"};
}

Error start_error(const Engine& engine, const std::string& container, const std::string& message, const Value& ports) {
  if (mentions(message, {"port is already allocated", "address already in use", "ports are not available"})) {
    auto port = port_in(message);
    if (port.empty()) port = fixed_ports(ports);
    return {
        .code = "E0606",
        .message = fmt::format("host port {} is taken on node `{}`, so {} can't start", port, engine.node(), container),
        .help = fmt::format(
            "find who has it (ss -ltnp 'sport = :{}'), choose another port, or let the engine choose: host = dynamic",
            port)};
  }
  if (mentions(message,
               {"executable file not found", "no such file or directory", "permission denied", "exec format error"})) {
    return {.code = "E0608",
            .message = fmt::format("{} can't run its command: {}", container, message),
            .help = "check `entrypoint` and `command`, and that the image is built for this machine"};
  }
  if (auto gone = network_gone(engine, container, message)) return *std::move(gone);
  return {.code = "E0610",
          .message = fmt::format("the engine of node `{}` can't start {}: {}", engine.node(), container, message),
          .help = says_full_disk(message)
                      ? kMakeRoom
                      : "see the engine's log (journalctl -u docker) if its words don't say enough"};
}

}  // namespace infra::nodes
