#include "providers/nodes/endpoint.h"

#include <fmt/format.h>

#include "providers/nodes/context.h"

namespace infra::nodes {

namespace {

constexpr const char* kDefault = "unix:///var/run/docker.sock";

Error unusable(const std::string& node, const std::string& text, const std::string& why, std::string help) {
  return Error{.code = "E0611",
               .message = fmt::format("node `{}` has the endpoint \"{}\", {}", node, text, why),
               .help = std::move(help)};
}

Result<Endpoint> over_tcp(const std::string& node, const std::string& text, const Value& config) {
  const auto address = text.substr(text.find("://") + 3);
  const auto host = net::parse_host("tcp", address.ends_with('/') ? address.substr(0, address.size() - 1) : address);
  if (!host) return unusable(node, text, "which is no HOST:PORT", "write tcp://HOST:PORT, without a user and a path");
  if (host->port == 0) {
    return unusable(node, text, "which names no port", "write tcp://HOST:PORT; engines use 2376 with TLS");
  }
  Endpoint out{.text = text,
               .target = {.ca = text_of(config["ca"]), .cert = text_of(config["cert"]), .key = text_of(config["key"])}};
  const bool tls = !out.target.ca.empty() || !out.target.cert.empty() || text.starts_with("https:");
  out.origin = {.scheme = tls ? "https" : "http", .host = host->host, .port = host->port};
  out.target.base = out.origin->text();
  return out;
}

}  // namespace

Result<Endpoint> endpoint_of(const std::string& node, const Value& config) {
  auto text = text_of(config["endpoint"]);
  if (text.empty()) text = kDefault;
  if (text.starts_with("unix://")) {
    return Endpoint{.text = text, .target = {.base = "http://engine", .unix_socket = text.substr(7)}};
  }
  for (const auto* scheme : {"tcp://", "http://", "https://"}) {
    if (text.starts_with(scheme)) return over_tcp(node, text, config);
  }
  if (text.starts_with("ssh://")) {
    auto address = parse_ssh_address(text);
    if (!address) {
      return unusable(node, text, "which is no ssh://USER@HOST",
                      "write ssh://USER@HOST, with :PORT and the engine's socket there if they aren't the usual ones: "
                      "ssh://me@host:2222/run/user/1000/docker.sock");
    }
    return Endpoint{.text = text,
                    .target = {.base = "http://engine"},
                    .ssh = std::make_shared<SshTunnel>(node, *std::move(address))};
  }
  if (text.starts_with("context:")) {
    const auto name = text.substr(8);
    return Error{
        .code = "E0611",
        .message = fmt::format("node `{}` has no endpoint, and the Docker context `{}` can't be read", node, name),
        .help = "`docker context ls` lists the contexts; or write the node's endpoint"};
  }
  return unusable(node, text, "which is no engine's address", "use unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST");
}

}  // namespace infra::nodes
