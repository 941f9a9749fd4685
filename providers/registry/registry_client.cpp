#include "providers/registry/registry_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/net/base64.h"
#include "base/text/units.h"
#include "base/values/codec.h"
#include "providers/registry/challenge.h"

namespace infra::registry {

namespace {

constexpr const char* kManifestTypes =
    "Accept: application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json";

std::string pull_scope(const std::string& repository) { return fmt::format("repository:{}:pull", repository); }

using answer::Shape;

// What the protocol's answers look like, as far as they are used.
Shape refusal_shape() {
  using namespace answer;
  const auto one = object_with({required("code", text()), optional("message", text())});
  return object_with({required("errors", list_of(one))});
}
Shape tags_shape() {
  using namespace answer;
  return object_with({required("name", text()), optional("tags", list_of(text()))});
}
Shape manifest_shape() {
  using namespace answer;
  const auto part = object_with({required("digest", id())});
  return object_with({required("schemaVersion", integer()), optional("config", part)});
}
Shape config_shape() {
  using namespace answer;
  return object_with({optional("config", object_with({optional("Labels", map_of(text()))}))});
}
Shape token_shape() {
  using namespace answer;
  return object_with({optional("token", text()), optional("access_token", text())});
}

constexpr const char* kGreeting = "/v2/";
constexpr std::size_t kMostPages = 10'000;

std::string_view header(const http::Response& response, const char* name) {
  const auto at = response.headers.find(name);
  return at != response.headers.end() ? std::string_view(at->second) : std::string_view();
}

// `Link: </v2/team/web/tags/list?last=v9&n=100>; rel="next"`, with or without the host, which is ours in any case;
// empty: that was the last page.
std::string next_page(const http::Response& response) {
  const auto link = header(response, "link");
  const auto begin = link.find("/v2/"), end = link.find('>');
  if (begin == std::string_view::npos || end == std::string_view::npos || begin > end) return {};
  return link.find("next", end) != std::string_view::npos ? std::string(link.substr(begin, end - begin))
                                                          : std::string();
}

std::string reason_of(const http::Failure& failure, const http::Request& request) {
  if (failure.kind != http::Failure::timed_out) return failure.reason;
  return failure.connected ? fmt::format("it took the connection, and no answer came in {}",
                                         format_duration({request.timeout.count()}))
                           : fmt::format("no connection in {}", format_duration({request.connect_timeout.count()}));
}

// A registry's, and not a proxy's: the specification has JSON with `errors` for every refusal that has a body.
bool refused_by_registry(const http::Response& response) {
  const auto body = from_plain_json(response.body);
  return body && !answer::mismatch(refusal_shape(), *body);
}

// "sha256:" or another algorithm, and hexadecimal digits.
bool is_digest(std::string_view text) {
  const auto colon = text.find(':');
  return colon != std::string_view::npos && text.size() >= colon + 33 &&
         text.find_first_not_of("0123456789abcdef", colon + 1) == std::string_view::npos;
}

std::string digest_of(std::string_view body) {
  Sha256 hash;
  hash.add(body);
  return "sha256:" + hash.hex();
}

// "UNAUTHORIZED: authentication required" of the protocol's error body, or the status.
std::string words_of(const http::Response& response) {
  const auto body = from_plain_json(response.body);
  const auto* errors = body ? (*body)["errors"].list() : nullptr;
  if (errors == nullptr || errors->empty()) return fmt::format("HTTP status {}", response.status);
  const auto* message = errors->front()["message"].string();
  return message != nullptr ? fmt::format("{} (HTTP status {})", message->substr(0, 1'000), response.status)
                            : fmt::format("HTTP status {}", response.status);
}

}  // namespace

std::variant<http::Response, http::Failure> RegistryClient::send_to(const std::string& base,
                                                                    http::Request& request) const {
  request.connect_timeout = patience_.connect;
  request.cancel = patience_.cancel;
  request.timeout = request.path == kGreeting ? patience_.greeting : patience_.answer;
  return connections_->send({.base = base, .ca_pem = access_.ca}, request);
}

Error RegistryClient::failed(const http::Failure& failure, const http::Request& request, const std::string& who) const {
  if (failure.kind == http::Failure::cancelled)
    return {.code = "E0703", .message = fmt::format("stopped while talking to {}", who)};
  // It did answer, and nobody knows what.
  if (failure.kind == http::Failure::garbled || failure.kind == http::Failure::too_large)
    return answer::unreadable({.who = who, .what = "a request"}, {}, failure.reason);
  Error out{.code = "E0605", .message = fmt::format("{} doesn't answer: {}", who, reason_of(failure, request))};
  using Kind = http::Failure::Kind;
  if (failure.kind == Kind::timed_out && failure.connected) {
    out.help = "it may be paused, overloaded, or waiting for its storage: look at its log, then run this again";
  } else if (failure.kind == Kind::tls) {
    out.help = "if it speaks plain HTTP write insecure = true; else make its certificate known to this machine";
  } else if (access_.endpoint == "docker.io") {
    out.help = "an image's name without a host means docker.io: correct the name, or let this machine reach it";
  } else {
    out.help = "start it, or correct the registry's `endpoint`";
  }
  return out;
}

Error RegistryClient::unexpected(const http::Response& response, const std::string& what) const {
  if (response.status == 401 || response.status == 403) {
    const auto who =
        access_.username.empty() ? std::string("without a user") : fmt::format("as `{}`", access_.username);
    return {
        .code = "E0605",
        .message = fmt::format("the registry {} refuses to {} {}: {}", access_.endpoint, what, who, words_of(response)),
        .help = "check `username` and `password` of the registry"};
  }
  if (response.status < 400 || (!response.body.empty() && !refused_by_registry(response)))
    return answer::unreadable(asked(what), response, "it isn't a registry's answer");
  return {.code = "E0605",
          .message = fmt::format("the registry {} can't {}: {}", access_.endpoint, what, words_of(response)),
          .help = "is it an OCI registry (GET /v2/)? look at its log"};
}

std::string RegistryClient::basic() const {
  return access_.username.empty() ? std::string() : net::basic_authorization(access_.username, access_.password);
}

Result<http::Response> RegistryClient::once(http::Request request, const std::string& authorization) const {
  const auto registry = origin_of(access_);
  if (!registry) return registry.error();
  if (!authorization.empty()) {
    if (auto may = check_may_sign_in(access_, *registry); !may) return std::move(may).error();
    request.headers.push_back("Authorization: " + authorization);
  }
  auto sent = send_to(registry->text(), request);
  if (const auto* failure = std::get_if<http::Failure>(&sent)) return failed(*failure, request, asked({}).who);
  return std::get<http::Response>(std::move(sent));
}

// Asks at the door first and shows what it is asked for: basic credentials, or a token from where the registry says.
Result<http::Response> RegistryClient::send(const http::Request& request, const std::string& scope) const {
  auto first = once(request, {});
  if (!first || first->status != 401) return first;
  const auto challenge = first->headers.find("www-authenticate");
  if (challenge == first->headers.end()) return first;
  auto authorization = authorization_for(challenge->second, scope);
  if (!authorization) return std::move(authorization).error();
  if (authorization->empty()) return first;
  return once(request, *authorization);
}

Result<std::string> RegistryClient::authorization_for(const std::string& challenge, const std::string& scope) const {
  if (challenge.starts_with("Basic")) return basic();
  if (!challenge.starts_with("Bearer")) return std::string();
  auto granted = token(challenge, scope);
  if (!granted) return std::move(granted).error();
  return granted->empty() ? std::string() : "Bearer " + *granted;
}

Result<std::string> RegistryClient::token(const std::string& challenge, const std::string& scope) const {
  const auto asked = parse_challenge(challenge);
  auto field = [&](const char* name) {
    const auto at = asked.find(name);
    return at != asked.end() ? at->second : std::string();
  };
  const auto registry = origin_of(access_);
  if (!registry) return registry.error();
  const auto service = token_service(access_, *registry, field("realm"));
  if (!service) return service.error();
  http::Request request{.path = fmt::format("{}?{}{}service={}", service->path, service->query,
                                            service->query.empty() ? "" : "&", http::url_encoded(field("service")))};
  const auto wanted = field("scope").empty() ? scope : field("scope");
  if (!wanted.empty()) request.path += "&scope=" + http::url_encoded(wanted);
  if (!access_.username.empty()) request.headers.push_back("Authorization: " + basic());
  auto sent = send_to(service->origin.text(), request);
  const answer::Asked who{.who = "the token service " + service->origin.text(), .what = "GET of a token"};
  if (const auto* failure = std::get_if<http::Failure>(&sent)) return failed(*failure, request, who.who);
  const auto& response = std::get<http::Response>(sent);
  if (response.status != 200) return unexpected(response, "sign in");
  const auto body = answer::read(response, {.shape = token_shape()}, who);
  if (!body) return body.error();
  for (const auto* name : {"token", "access_token"}) {
    if (const auto* found = (*body)[name].string()) return *found;
  }
  return answer::unreadable(who, {.status = response.status}, "it holds no token");
}

answer::Asked RegistryClient::asked(std::string what) const {
  return {.who = "the registry " + access_.endpoint, .what = std::move(what)};
}

Result<Ok> RegistryClient::check_is_registry(const http::Response& response) const {
  if (header(response, "docker-distribution-api-version") == "registry/2.0") return Ok{};
  const auto body = answer::read(response, {.shape = answer::object_with()}, asked("GET /v2/"));
  if (!body) return body.error();
  if (body->map()->empty()) return Ok{};
  return answer::unreadable(asked("GET /v2/"), response, "it isn't a registry's answer");
}

// false if it says that there is no such thing; it must be the registry that says so.
Result<bool> RegistryClient::is_there(const http::Response& response, const std::string& what) const {
  if (response.status == 404 && refused_by_registry(response)) return false;
  if (response.status == 404) return answer::unreadable(asked(what), response, "it isn't a registry's answer");
  if (response.status != 200) return unexpected(response, what);
  return true;
}

Result<Ok> RegistryClient::check() const {
  auto response = send({.path = kGreeting}, {});
  if (!response) return std::move(response).error();
  if (response->status != 200) return unexpected(*response, "sign in");
  return check_is_registry(*response);
}

Result<Ok> RegistryClient::answers() const {
  auto response = once({.path = kGreeting}, {});
  if (!response) return std::move(response).error();
  if (response->status == 401 && !header(*response, "www-authenticate").empty()) return Ok{};
  if (response->status != 200) return unexpected(*response, "be used");
  return check_is_registry(*response);
}

Result<std::optional<std::vector<std::string>>> RegistryClient::tags(const std::string& repository) const {
  const auto what = "list the tags of " + repository;
  std::vector<std::string> out;
  std::set<std::string> pages;
  for (auto path = fmt::format("/v2/{}/tags/list", repository); !path.empty();) {
    auto response = send({.path = path}, pull_scope(repository));
    if (!response) return std::move(response).error();
    const auto there = is_there(*response, what);
    if (!there) return there.error();
    if (!*there) return std::optional<std::vector<std::string>>();
    const auto body = answer::read(*response, {.shape = tags_shape()}, asked(what));
    if (!body) return body.error();
    const auto known = out.size();
    if (const auto* tags = (*body)["tags"].list()) {
      for (const auto& tag : *tags) out.push_back(*tag.string());
    }
    auto next = next_page(*response);
    pages.insert(std::move(path));
    if (!next.empty() && (pages.contains(next) || out.size() == known || pages.size() == kMostPages))
      return answer::unreadable(asked(what), *response, "its pages have no end");
    path = std::move(next);
  }
  std::sort(out.begin(), out.end());
  return std::optional(std::move(out));
}

Result<std::optional<Manifest>> RegistryClient::manifest(const std::string& repository,
                                                         const std::string& reference) const {
  auto response = send({.path = fmt::format("/v2/{}/manifests/{}", repository, reference), .headers = {kManifestTypes}},
                       pull_scope(repository));
  if (!response) return std::move(response).error();
  const auto what = fmt::format("show {}:{}", repository, reference);
  const auto there = is_there(*response, what);
  if (!there) return there.error();
  if (!*there) return std::optional<Manifest>();
  auto body = answer::read(
      *response,
      {.shape = manifest_shape(),
       .types = {"application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
                 "application/vnd.docker.distribution.manifest.list.v2+json",
                 "application/vnd.oci.image.index.v1+json"}},
      asked(what));
  if (!body) return std::move(body).error();
  auto digest = digest_of(response->body);
  const auto said = header(*response, "docker-content-digest");
  // Another algorithm than SHA-256 can't be checked; that it is one is enough.
  if (said.starts_with("sha256:") && said != digest)
    return answer::unreadable(asked(what), *response, fmt::format("its digest isn't {}", said.substr(0, 80)));
  return std::optional(Manifest{.digest = said.empty() ? digest : std::string(said), .body = *std::move(body)});
}

Result<std::optional<std::string>> RegistryClient::digest(const std::string& repository,
                                                          const std::string& reference) const {
  auto response = send({.method = "HEAD",
                        .path = fmt::format("/v2/{}/manifests/{}", repository, reference),
                        .headers = {kManifestTypes}},
                       pull_scope(repository));
  if (!response) return std::move(response).error();
  if (response->status != 200 && response->status != 404)
    return unexpected(*response, fmt::format("show {}:{}", repository, reference));
  if (const auto said = header(*response, "docker-content-digest"); response->status == 200 && is_digest(said))
    return std::optional(std::string(said));
  // The specification only recommends the header, and that there is nothing isn't believed without a body.
  auto whole = manifest(repository, reference);
  if (!whole) return std::move(whole).error();
  return *whole ? std::optional((*whole)->digest) : std::optional<std::string>();
}

Result<Value> RegistryClient::configuration(const std::string& repository, const Manifest& manifest) const {
  const auto* config = manifest.body["config"]["digest"].string();
  if (config == nullptr) return Value();
  auto response = send({.path = fmt::format("/v2/{}/blobs/{}", repository, *config)}, pull_scope(repository));
  if (!response) return std::move(response).error();
  const auto what = fmt::format("show {}@{}", repository, *config);
  if (response->status != 200) return unexpected(*response, what);
  // Its bytes are named by their digest, which says more than any content type.
  auto body = from_plain_json(response->body);
  if (!body || digest_of(response->body) != *config || answer::mismatch(config_shape(), *body))
    return answer::unreadable(asked(what), *response, "it isn't the configuration of that digest");
  return *std::move(body);
}

Result<Value> RegistryClient::labels(const std::string& repository, const Manifest& manifest) const {
  const auto config = configuration(repository, manifest);
  if (!config) return config.error();
  auto labels = (*config)["config"]["Labels"];
  return labels.map() != nullptr ? labels : Value(Map());
}

Result<std::optional<UtcMoment>> RegistryClient::built(const std::string& repository, const Manifest& manifest) const {
  const auto config = configuration(repository, manifest);
  if (!config) return config.error();
  const auto* created = (*config)["created"].string();
  const auto moment = created != nullptr ? parse_rfc3339(*created) : std::nullopt;
  if (!moment) return std::optional<UtcMoment>();
  return std::optional(std::chrono::floor<std::chrono::milliseconds>(*moment));
}

Result<bool> RegistryClient::remove(const std::string& repository, const std::string& digest) const {
  auto response = send({.method = "DELETE", .path = fmt::format("/v2/{}/manifests/{}", repository, digest)},
                       fmt::format("repository:{}:delete", repository));
  if (!response) return std::move(response).error();
  const bool accepted = response->status == 202 && response->body.empty();
  if (accepted || (response->status == 404 && refused_by_registry(*response))) return true;
  const bool not_allowed = response->status == 401 ||
                           ((response->status == 403 || response->status == 405) && refused_by_registry(*response));
  if (not_allowed) return false;
  const auto what = fmt::format("delete {}@{}", repository, digest);
  if (response->status < 400) return answer::unreadable(asked(what), *response, "nothing was accepted");
  return unexpected(*response, what);
}

}  // namespace infra::registry
