#include "providers/nodes/engine.h"

#include <fmt/format.h>

#include <charconv>

#include "base/codec.h"
#include "providers/nodes/json_stream.h"

namespace infra::nodes {

namespace {

// Docker 20.10 has 1.41, which is the oldest with all that is used here; 1.47 is the newest that was read.
constexpr int kOldest = 41;
constexpr int kNewest = 47;

std::string words_of(const Reply& reply) {
  if (const auto* message = reply.body["message"].string()) return *message;
  if (const auto* cause = reply.body["cause"].string()) return *cause;  // Podman
  auto text = reply.text.substr(0, 300);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text.empty() ? fmt::format("HTTP status {}", reply.status) : text;
}

Reply reply_of(http::Response response) {
  Reply out{.status = response.status};
  const auto type = response.headers.find("content-type");
  if (type != response.headers.end() && type->second.starts_with("application/json")) {
    if (auto body = from_plain_json(response.body)) out.body = *std::move(body);
  }
  if (out.body.is_null()) out.text = std::move(response.body);
  if (out.status >= 400) out.message = words_of(out);
  return out;
}

// "1.41" → 41; 0 for anything else.
int minor_of(std::string_view version) {
  if (!version.starts_with("1.")) return 0;
  version.remove_prefix(2);
  int minor = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), minor);
  return error == std::errc() ? minor : 0;
}

}  // namespace

Error Engine::transport_error(const http::Failure& failure) const {
  using Kind = http::Failure::Kind;
  if (failure.kind == Kind::cancelled || failure.kind == Kind::stopped) {
    return {.code = "E0703", .message = fmt::format("stopped while talking to the engine of node `{}`", node_)};
  }
  if (failure.kind == Kind::not_permitted) {
    return {.code = "E0602",
            .message = fmt::format("no permission to use {}, the engine of node `{}`", endpoint_.text, node_),
            .help =
                "run as root (sudo infra …), or join the group that owns the socket: sudo usermod -aG docker $USER, "
                "then sign in again"};
  }
  Error out{.code = "E0601",
            .message = fmt::format("no container engine answers at {} (node `{}`): {}", endpoint_.text, node_,
                                   failure.reason)};
  switch (failure.kind) {
    case Kind::no_socket:
      out.help =
          "install an engine (apt-get install docker.io), start it (systemctl start docker), or correct the "
          "node's `endpoint`";
      break;
    case Kind::refused:
      out.help = "start the engine (systemctl start docker), or correct the node's `endpoint`";
      break;
    case Kind::tls:
      out.help = "check `ca`, `cert` and `key` of the node";
      break;
    case Kind::timed_out:
      out.help = "is the engine overloaded or the network slow? look at its log (journalctl -u docker)";
      break;
    default:
      out.help = "check the node's `endpoint` and the engine's log (journalctl -u docker)";
      break;
  }
  return out;
}

Result<Ok> Engine::negotiate() {
  if (minor_.load() != 0) return Ok{};
  auto sent = http::send(endpoint_.target, {.path = "/_ping", .timeout = std::chrono::seconds(15)});
  if (const auto* failure = std::get_if<http::Failure>(&sent)) return transport_error(*failure);
  const auto& response = std::get<http::Response>(sent);
  const auto version = response.headers.find("api-version");
  const int minor = version != response.headers.end() ? minor_of(version->second) : 0;
  if (minor == 0) {
    return Error{.code = "E0601",
                 .message = fmt::format("what answers at {} (node `{}`) is no container engine: HTTP status {}",
                                        endpoint_.text, node_, response.status),
                 .help = "correct the node's `endpoint`"};
  }
  if (minor < kOldest) {
    return Error{
        .code = "E0603",
        .message = fmt::format("the engine of node `{}` speaks API 1.{}, and 1.{} is needed", node_, minor, kOldest),
        .help = "upgrade it to Docker 20.10 or newer"};
  }
  minor_.store(std::min(minor, kNewest));
  return Ok{};
}

Result<std::string> Engine::versioned(const std::string& path) {
  if (auto ready = negotiate(); !ready) return std::move(ready).error();
  return fmt::format("/v1.{}{}", minor_.load(), path);
}

Result<Reply> Engine::call(http::Request request, const CallOptions& options) {
  auto path = versioned(request.path);
  if (!path) return std::move(path).error();
  request.path = *std::move(path);
  request.timeout = options.timeout;
  request.cancel = options.cancel;
  request.headers.insert(request.headers.end(), options.headers.begin(), options.headers.end());
  auto sent = http::send(endpoint_.target, request);
  if (const auto* failure = std::get_if<http::Failure>(&sent)) return transport_error(*failure);
  return reply_of(std::get<http::Response>(std::move(sent)));
}

Result<Reply> Engine::get(const std::string& path, const CallOptions& options) { return call({.path = path}, options); }

Result<Reply> Engine::post(const std::string& path, const Value& body, const CallOptions& options) {
  http::Request request{.method = "POST", .path = path};
  if (!body.is_null()) {
    request.headers.emplace_back("Content-Type: application/json");
    request.body = to_plain_json(body);
  }
  return call(std::move(request), options);
}

Result<Reply> Engine::remove(const std::string& path, const CallOptions& options) {
  return call({.method = "DELETE", .path = path}, options);
}

Result<Reply> Engine::stream(const std::string& path, const Source& source, const OnObject& on_object,
                             const CallOptions& options) {
  JsonStream objects(on_object);
  http::Request request{.method = "POST", .path = path, .body_source = source};
  if (source) request.headers.emplace_back("Content-Type: application/x-tar");
  request.on_data = [&](std::string_view piece) {
    objects.add(piece);
    return true;
  };
  auto unlimited = options;
  unlimited.timeout = std::chrono::milliseconds(0);
  auto reply = call(std::move(request), unlimited);
  objects.finish();
  return reply;
}

Error Engine::refused(const Reply& reply, const std::string& what) const {
  return {.code = "E0610",
          .message = fmt::format("the engine of node `{}` refused to {}: {}", node_, what, reply.message),
          .help = "see the engine's log (journalctl -u docker) if its words don't say enough"};
}

}  // namespace infra::nodes
