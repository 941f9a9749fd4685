#include "providers/registry/registry_client.h"

#include <fmt/format.h>

#include "base/codec.h"
#include "providers/registry/challenge.h"

namespace infra::registry {

namespace {

constexpr const char* kManifestTypes =
    "Accept: application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json";

std::string base_url(const Access& access) {
  const bool plain = access.insecure || is_loopback(access.endpoint);
  // Docker Hub's API has another name than its images.
  const auto host = access.endpoint == "docker.io" ? std::string("registry-1.docker.io") : access.endpoint;
  return fmt::format("{}://{}", plain ? "http" : "https", host);
}

std::string pull_scope(const std::string& repository) { return fmt::format("repository:{}:pull", repository); }

Value json_of(const http::Response& response) {
  auto parsed = from_plain_json(response.body);
  return parsed ? *std::move(parsed) : Value();
}

// "UNAUTHORIZED: authentication required" of the protocol's error body, or the status.
std::string words_of(const http::Response& response) {
  const auto body = json_of(response);
  const auto* errors = body["errors"].list();
  if (errors == nullptr || errors->empty()) return fmt::format("HTTP status {}", response.status);
  const auto* message = errors->front()["message"].string();
  return message != nullptr ? fmt::format("{} (HTTP status {})", *message, response.status)
                            : fmt::format("HTTP status {}", response.status);
}

}  // namespace

Error RegistryClient::failed(const http::Failure& failure) const {
  Error out{.code = "E0605",
            .message = fmt::format("the registry {} doesn't answer: {}", access_.endpoint, failure.reason)};
  using Kind = http::Failure::Kind;
  if (failure.kind == Kind::tls) {
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
  return {.code = "E0605",
          .message = fmt::format("the registry {} can't {}: {}", access_.endpoint, what, words_of(response)),
          .help = "is it an OCI registry (GET /v2/)? look at its log"};
}

std::string RegistryClient::basic() const {
  return access_.username.empty() ? std::string() : "Basic " + base64(access_.username + ":" + access_.password);
}

Result<http::Response> RegistryClient::once(const http::Request& request, const std::string& authorization) const {
  auto authorised = request;
  if (!authorization.empty()) authorised.headers.push_back("Authorization: " + authorization);
  auto sent = http::send({.base = base_url(access_)}, authorised);
  if (const auto* failure = std::get_if<http::Failure>(&sent)) return failed(*failure);
  return std::get<http::Response>(std::move(sent));
}

// Asks at the door first and shows what it is asked for: basic credentials, or a token from where the registry says.
Result<http::Response> RegistryClient::send(http::Request request, const std::string& scope) const {
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
  const auto realm = field("realm");
  // Credentials only over TLS, or to this machine.
  const auto host = realm.find("://") != std::string::npos ? realm.substr(realm.find("://") + 3) : std::string();
  if (!realm.starts_with("https://") && !access_.insecure && !is_loopback(host.substr(0, host.find('/'))))
    return std::string();
  http::Request request{.path = fmt::format("{}service={}", realm.find('?') == std::string::npos ? "?" : "&",
                                            http::url_encoded(field("service")))};
  const auto wanted = field("scope").empty() ? scope : field("scope");
  if (!wanted.empty()) request.path += "&scope=" + http::url_encoded(wanted);
  if (!access_.username.empty()) request.headers.push_back("Authorization: " + basic());
  auto sent = http::send({.base = realm}, request);
  if (const auto* failure = std::get_if<http::Failure>(&sent)) return failed(*failure);
  const auto& response = std::get<http::Response>(sent);
  if (response.status != 200) return unexpected(response, "sign in");
  const auto body = json_of(response);
  for (const auto* name : {"token", "access_token"}) {
    if (const auto* found = body[name].string()) return *found;
  }
  return std::string();
}

Result<Ok> RegistryClient::check() const {
  auto response = send({.path = "/v2/"}, {});
  if (!response) return std::move(response).error();
  if (response->status != 200) return unexpected(*response, "sign in");
  return Ok{};
}

Result<Ok> RegistryClient::answers() const {
  auto response = once({.path = "/v2/"}, {});
  if (!response) return std::move(response).error();
  if (response->status != 200 && response->status != 401) return unexpected(*response, "be used");
  return Ok{};
}

Result<std::optional<std::vector<std::string>>> RegistryClient::tags(const std::string& repository) const {
  auto response = send({.path = fmt::format("/v2/{}/tags/list", repository)}, pull_scope(repository));
  if (!response) return std::move(response).error();
  if (response->status == 404) return std::optional<std::vector<std::string>>();
  if (response->status != 200) return unexpected(*response, "list the tags of " + repository);
  std::vector<std::string> out;
  const auto body = json_of(*response);
  if (const auto* tags = body["tags"].list()) {
    for (const auto& tag : *tags) {
      if (tag.string() != nullptr) out.push_back(*tag.string());
    }
  }
  std::sort(out.begin(), out.end());
  return std::optional(std::move(out));
}

Result<std::optional<Manifest>> RegistryClient::manifest(const std::string& repository,
                                                         const std::string& reference) const {
  auto response = send({.path = fmt::format("/v2/{}/manifests/{}", repository, reference), .headers = {kManifestTypes}},
                       pull_scope(repository));
  if (!response) return std::move(response).error();
  if (response->status == 404) return std::optional<Manifest>();
  if (response->status != 200) return unexpected(*response, fmt::format("show {}:{}", repository, reference));
  const auto digest = response->headers.find("docker-content-digest");
  return std::optional(Manifest{.digest = digest != response->headers.end() ? digest->second : std::string(),
                                .body = json_of(*response)});
}

Result<std::optional<std::string>> RegistryClient::digest(const std::string& repository,
                                                          const std::string& reference) const {
  auto response = send({.method = "HEAD",
                        .path = fmt::format("/v2/{}/manifests/{}", repository, reference),
                        .headers = {kManifestTypes}},
                       pull_scope(repository));
  if (!response) return std::move(response).error();
  if (response->status == 404) return std::optional<std::string>();
  if (response->status != 200) return unexpected(*response, fmt::format("show {}:{}", repository, reference));
  if (const auto digest = response->headers.find("docker-content-digest"); digest != response->headers.end()) {
    return std::optional(digest->second);
  }
  // The specification only recommends the header.
  auto whole = manifest(repository, reference);
  if (!whole) return std::move(whole).error();
  if (*whole && !(*whole)->digest.empty()) return std::optional((*whole)->digest);
  return Error{.code = "E0605",
               .message = fmt::format("the registry {} doesn't say which digest {}:{} has", access_.endpoint,
                                      repository, reference),
               .help = "name the image by its digest: NAME@sha256:…"};
}

Result<Value> RegistryClient::labels(const std::string& repository, const Manifest& manifest) const {
  const auto* config = manifest.body["config"]["digest"].string();
  if (config == nullptr) return Value(Map());  // an index of several platforms, which this program never pushes
  auto response = send({.path = fmt::format("/v2/{}/blobs/{}", repository, *config)}, pull_scope(repository));
  if (!response) return std::move(response).error();
  if (response->status != 200) return Value(Map());
  auto labels = json_of(*response)["config"]["Labels"];
  return labels.map() != nullptr ? labels : Value(Map());
}

Result<bool> RegistryClient::remove(const std::string& repository, const std::string& digest) const {
  auto response = send({.method = "DELETE", .path = fmt::format("/v2/{}/manifests/{}", repository, digest)},
                       fmt::format("repository:{}:delete", repository));
  if (!response) return std::move(response).error();
  if (response->status == 202 || response->status == 200 || response->status == 404) return true;
  const bool not_allowed = response->status == 401 || response->status == 403 || response->status == 405;
  if (not_allowed) return false;
  return unexpected(*response, fmt::format("delete {}@{}", repository, digest));
}

}  // namespace infra::registry
