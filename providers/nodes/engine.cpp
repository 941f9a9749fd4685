#include "providers/nodes/engine.h"

#include <fmt/format.h>

#include <charconv>

#include "base/net/credential_scope.h"
#include "base/values/codec.h"
#include "providers/nodes/engine_errors.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/json_stream.h"

namespace infra::nodes {

namespace {

// Docker 20.10 has 1.41, which is the oldest with all that is used here; 1.47 is the newest that was read.
constexpr int kOldest = 41;
constexpr int kNewest = 47;

constexpr std::chrono::seconds kSilence{15};  // how long one that didn't let connect isn't asked again

constexpr std::size_t kMostText = std::size_t{1} << 20U;
constexpr std::size_t kMostWords = 2'000;  // of a refusal: an engine may quote what it was sent

std::string shortened(std::string text) {
  if (text.size() <= kMostWords) return text;
  text.resize(kMostWords);
  return text + "…";
}

std::string words_of(const Value& body) {
  for (const auto* name : {"message", "cause"}) {  // the second is Podman's
    if (const auto* words = body[name].string(); words != nullptr && !words->empty()) return shortened(*words);
  }
  return {};
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
  const bool broke_off = endpoint_.ssh && failure.kind != Kind::timed_out;
  const auto words = broke_off ? endpoint_.ssh->fault() : std::string();
  Error out{.code = "E0601",
            .message = fmt::format("no container engine answers at {} (node `{}`): {}", endpoint_.text, node_,
                                   words.empty() ? failure.reason : words)};
  if (endpoint_.ssh) {
    out.help =
        "look whether the engine runs there (systemctl status docker), and whether the user that signs in may use "
        "its socket (usermod -aG docker USER)";
    return out;
  }
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

Result<http::Target> Engine::target() {
  auto out = endpoint_.target;
  if (!endpoint_.ssh) return out;
  auto socket = endpoint_.ssh->socket();
  if (!socket) return std::move(socket).error();
  out.unix_socket = *std::move(socket);
  return out;
}

Result<http::Response> Engine::transfer(const http::Request& request) {
  using Clock = std::chrono::steady_clock;
  if (Clock::now() < silent_until_.load()) {
    return transport_error({.kind = http::Failure::timed_out, .reason = "no answer in time"});
  }
  const auto way = target();
  if (!way) return way.error();
  auto sent = connections_.send(*way, request);
  if (auto* response = std::get_if<http::Response>(&sent)) return std::move(*response);
  const auto& failure = std::get<http::Failure>(sent);
  if (failure.kind == http::Failure::timed_out && !failure.connected) silent_until_.store(Clock::now() + kSilence);
  return transport_error(failure);
}

Result<Ok> Engine::negotiate() {
  if (minor_.load() != 0) return Ok{};
  const auto response = transfer({.path = "/_ping", .most_bytes = kMostText, .timeout = std::chrono::seconds(15)});
  if (!response) return response.error();
  const auto version = response->headers.find("api-version");
  const bool named = response->status == 200 && response->body == "OK" && version != response->headers.end();
  const int minor = named ? minor_of(version->second) : 0;
  if (minor == 0) {
    return Error{.code = "E0601",
                 .message = fmt::format("what answers at {} (node `{}`) is no container engine: HTTP status {}",
                                        endpoint_.text, node_, response->status),
                 .help = "correct the node's `endpoint`"};
  }
  if (minor < kOldest) {
    return Error{
        .code = "E0603",
        .message = fmt::format("the engine of node `{}` speaks API 1.{}, and 1.{} is needed", node_, minor, kOldest),
        .help = "upgrade it to Docker 20.10 or newer"};
  }
  std::call_once(quirks_known_, [&] { quirks_ = quirks_of(response->headers); });
  minor_.store(std::min(minor, kNewest));
  return Ok{};
}

Result<int> Engine::minor() {
  if (auto ready = negotiate(); !ready) return std::move(ready).error();
  return minor_.load();
}

Result<Quirks> Engine::quirks() {
  if (auto ready = negotiate(); !ready) return std::move(ready).error();
  return quirks_;
}

bool Engine::is_due(const std::string& name, std::chrono::milliseconds every) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(due_);
  const auto [at, is_new] = last_.try_emplace(name, now);
  if (!is_new && now - at->second < every) return false;
  at->second = now;
  return true;
}

Result<std::string> Engine::versioned(const std::string& path, int minor) {
  if (auto ready = negotiate(); !ready) return std::move(ready).error();
  return fmt::format("/v1.{}{}", minor != 0 ? minor : minor_.load(), path);
}

Result<bool> Engine::rotates_logs() {
  if (rotates_.load() == unknown) {
    auto reply = get("/info", shapes::info());
    if (!reply) return std::move(reply).error();
    if (!reply->ok()) return false;  // it can't tell: its own setting stands
    const auto* driver = reply->body["LoggingDriver"].string();
    const bool rotates = driver != nullptr && (*driver == "json-file" || *driver == "local");
    rotates_.store(rotates || quirks_.unnamed_log_driver ? yes : no);
  }
  return rotates_.load() == yes;
}

Result<Ok> Engine::alone(const std::function<Result<Ok>()>& act) {
  const std::lock_guard lock(alone_);
  return act();
}

Result<Ok> Engine::once(const std::string& name, const std::function<Result<Ok>()>& act) {
  return alone([&]() -> Result<Ok> {
    if (done_.contains(name)) return Ok{};
    auto done = act();
    if (done) done_.insert(name);
    return done;
  });
}

answer::Asked Engine::asked(const http::Request& request) const {
  return {.who = fmt::format("the engine of node `{}` at {}", node_, endpoint_.text),
          .what = fmt::format("{} {}", request.method, request.path.substr(0, request.path.find('?')))};
}

Result<http::Response> Engine::send(http::Request request, const CallOptions& options) {
  auto path = versioned(request.path, options.minor);
  if (!path) return std::move(path).error();
  request.path = *std::move(path);
  request.timeout = options.timeout;
  request.cancel = options.cancel;
  request.headers.insert(request.headers.end(), options.headers.begin(), options.headers.end());
  return transfer(request);
}

Result<Reply> Engine::refusal(http::Response response, const answer::Asked& asked) const {
  const auto body = answer::read(response, {.shape = shapes::refusal(), .statuses = {response.status}}, asked);
  if (!body) return body.error();
  const auto words = words_of(*body);
  if (words.empty()) return answer::unreadable(asked, response, "it gives no reason");
  // Of the path, not of the object: nothing is known of that.
  if (response.status == 404 && words == "page not found")
    return answer::unreadable(asked, response, "it doesn't know this request");
  return Reply{.status = response.status, .message = words};
}

Result<Reply> Engine::call(http::Request request, const answer::Shape* shape, const CallOptions& options) {
  const auto who = asked(request);
  auto response = send(std::move(request), options);
  if (!response) return std::move(response).error();
  if (response->status >= 400) return refusal(*std::move(response), who);
  if (shape == nullptr) {
    if (answer::says_done(*response)) return Reply{.status = response->status};
    return answer::unreadable(who, *response, "it has a status that this request doesn't end with");
  }
  if (quirks_.unnamed_answers) response->headers.try_emplace("content-type", "application/json");
  auto body = answer::read(*response, {.shape = *shape, .statuses = {200, 201}}, who);
  if (!body) return std::move(body).error();
  return Reply{.status = response->status, .body = *std::move(body)};
}

namespace {

http::Request post_of(const std::string& path, const Value& body) {
  http::Request request{.method = "POST", .path = path};
  if (!body.is_null()) {
    request.headers.emplace_back("Content-Type: application/json");
    request.body = to_plain_json(body);
  }
  return request;
}

// A 2xx answer whose body somebody else has read is shown by what they kept of it.
http::Response shown(http::Response response, std::string_view beginning) {
  if (response.body.empty()) response.body = beginning;
  return response;
}

}  // namespace

Result<Reply> Engine::get(const std::string& path, const answer::Shape& shape, const CallOptions& options) {
  return call({.path = path}, &shape, options);
}

Result<Reply> Engine::post(const std::string& path, const Value& body, const answer::Shape& shape,
                           const CallOptions& options) {
  return call(post_of(path, body), &shape, options);
}

Result<Reply> Engine::post_for_nothing(const std::string& path, const Value& body, const CallOptions& options) {
  return call(post_of(path, body), nullptr, options);
}

Result<Reply> Engine::post(const std::string& path, const CallOptions& options) {
  return call(post_of(path, {}), nullptr, options);
}

Result<Reply> Engine::remove(const std::string& path, const answer::Shape& shape, const CallOptions& options) {
  return call({.method = "DELETE", .path = path}, &shape, options);
}

Result<Reply> Engine::remove(const std::string& path, const CallOptions& options) {
  return call({.method = "DELETE", .path = path}, nullptr, options);
}

Result<Reply> Engine::list(const std::string& path, const answer::Shape& item, const OnItem& on_item,
                           const CallOptions& options) {
  http::Request request{.path = path};
  const auto who = asked(request);
  answer::ListReader items(item, on_item);
  http::Response head;
  request.on_data = [&](const http::Response& from, std::string_view piece) {
    if (head.status == 0) head = {.status = from.status, .headers = from.headers};
    return items.add(piece);
  };
  auto response = send(std::move(request), options);
  if (response && response->status >= 400) return refusal(*std::move(response), who);
  if (response) head = *response;
  // Whether it ended by itself or was given up: what it says that it is explains most.
  if (response || !items.fault().empty()) {
    head = shown(std::move(head), items.head());
    if (auto good = answer::check_head(head, {.shape = {}}, who); !good) return std::move(good).error();
    if (!items.finish()) return answer::unreadable(who, head, items.fault());
  }
  if (!response) return std::move(response).error();
  return Reply{.status = response->status};
}

Result<Reply> Engine::raw(const std::string& path, const CallOptions& options) {
  return raw(http::Request{.path = path}, options);
}

Result<Reply> Engine::raw(http::Request request, const CallOptions& options) {
  const auto who = asked(request);
  std::string text;
  request.on_data = [&](const http::Response&, std::string_view piece) {
    text += piece.substr(0, kMostText - std::min(text.size(), kMostText));
    return true;
  };
  auto response = send(std::move(request), options);
  if (!response) return std::move(response).error();
  if (response->status >= 400) return refusal(*std::move(response), who);
  return Reply{.status = response->status, .text = std::move(text)};
}

Result<Reply> Engine::stream(const std::string& path, const Source& source, const OnObject& on_object,
                             const CallOptions& options) {
  JsonStream objects(on_object);
  http::Request request{.method = "POST", .path = path, .body_source = source};
  if (source) request.headers.emplace_back("Content-Type: application/x-tar");
  const auto who = asked(request);
  http::Response head;
  request.on_data = [&](const http::Response& from, std::string_view piece) {
    if (head.status == 0) head = {.status = from.status, .headers = from.headers};
    return objects.add(piece);
  };
  auto unlimited = options;
  unlimited.timeout = std::chrono::milliseconds(0);
  auto response = send(std::move(request), unlimited);
  if (response && response->status >= 400) return refusal(*std::move(response), who);
  if (response) head = *response;
  if (quirks_.unnamed_answers) head.headers.try_emplace("content-type", "application/json");
  if (response || !objects.fault().empty()) {
    head = shown(std::move(head), objects.head());
    if (auto good = answer::check_head(head, {.shape = {}}, who); !good) return std::move(good).error();
    if (!objects.finish()) return answer::unreadable(who, head, objects.fault());
  }
  if (!response) return std::move(response).error();
  return Reply{.status = response->status};
}

Result<Reply> Engine::follow(const std::string& path, const OnPiece& on_piece, const CallOptions& options) {
  http::Request request{.path = path};
  const auto who = asked(request);
  bool enough = false;
  request.on_data = [&](const http::Response&, std::string_view piece) {
    enough = !on_piece(piece);
    return !enough;
  };
  auto unlimited = options;
  unlimited.timeout = std::chrono::milliseconds(0);
  auto response = send(std::move(request), unlimited);
  if (enough) return Reply{.status = 200};
  if (!response) return std::move(response).error();
  if (response->status >= 400) return refusal(*std::move(response), who);
  return Reply{.status = response->status};
}

Result<std::variant<std::unique_ptr<http::Stream>, Reply>> Engine::upgrade(const std::string& path, const Value& body) {
  auto request = post_of(path, body);
  const auto who = asked(request);
  auto versioned_path = versioned(path, 0);
  if (!versioned_path) return std::move(versioned_path).error();
  request.path = *std::move(versioned_path);
  const auto way = target();
  if (!way) return way.error();
  auto sent = http::upgrade(*way, request);
  if (const auto* failure = std::get_if<http::Failure>(&sent)) return transport_error(*failure);
  using Out = std::variant<std::unique_ptr<http::Stream>, Reply>;
  if (auto* stream = std::get_if<std::unique_ptr<http::Stream>>(&sent)) return Out(std::move(*stream));
  auto refused = refusal(std::get<http::Response>(std::move(sent)), who);
  if (!refused) return std::move(refused).error();
  return Out(*std::move(refused));
}

Result<Ok> Engine::check_may_have_password() const {
  if (!endpoint_.origin || net::is_private(*endpoint_.origin)) return Ok{};
  return Error{
      .code = "E0611",
      .message = fmt::format("the registry's password would go to {} (node `{}`) in clear", endpoint_.text, node_),
      .help = "give the node ca, cert and key, and its engine's port with TLS (2376)"};
}

Error Engine::refused(const Reply& reply, const std::string& what) const {
  return {.code = "E0610",
          .message = fmt::format("the engine of node `{}` refused to {}: {}", node_, what, reply.message),
          .help = says_full_disk(reply.message)
                      ? kMakeRoom
                      : "see the engine's log (journalctl -u docker) if its words don't say enough"};
}

}  // namespace infra::nodes
