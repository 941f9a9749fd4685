// The OCI distribution API, as far as it is needed: is it there, which tags are there, delete a manifest.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/text/rfc3339.h"
#include "base/values/value.h"
#include "providers/answer.h"
#include "providers/http.h"
#include "providers/registry/access.h"

namespace infra::registry {

// A manifest as it stands in the registry.
struct Manifest {
  std::string digest;
  Value body;
};

// How long a registry is waited for. Its greeting (GET /v2/) reads nothing from its storage, so one that doesn't greet
// soon is frozen; a list of many tags out of an object store may take a while.
struct Patience {
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds greeting{10'000};
  std::chrono::milliseconds answer{60'000};
  const Cancel* cancel = nullptr;  // a second Ctrl-C breaks off what is asked: E0703. It outlives the client
};

class RegistryClient {
 public:
  explicit RegistryClient(Access access, Patience patience = {}) : access_(std::move(access)), patience_(patience) {}

  // GET /v2/: it answers, and lets us in. E0605 says why not and what to do.
  Result<Ok> check() const;
  // Whether anything that speaks the protocol answers, with or without letting us in.
  Result<Ok> answers() const;
  // nullopt: there is no such repository (yet). Here and below an answer that can't be read is E0615.
  Result<std::optional<std::vector<std::string>>> tags(const std::string& repository) const;
  // nullopt: there is no such manifest. `reference` is a tag or a digest.
  Result<std::optional<Manifest>> manifest(const std::string& repository, const std::string& reference) const;
  // The digest alone, by a HEAD request, which Docker Hub doesn't count as a pull. nullopt: there is no such manifest.
  Result<std::optional<std::string>> digest(const std::string& repository, const std::string& reference) const;
  // The labels of an image's configuration; empty if it has none.
  Result<Value> labels(const std::string& repository, const Manifest& manifest) const;
  // When it was built, as its configuration says; nullopt: it doesn't.
  Result<std::optional<UtcMoment>> built(const std::string& repository, const Manifest& manifest) const;
  // false: the registry doesn't allow it, or not to us. What is gone is deleted.
  Result<bool> remove(const std::string& repository, const std::string& digest) const;

 private:
  // Null of an index, which has none.
  Result<Value> configuration(const std::string& repository, const Manifest& manifest) const;
  Result<http::Response> send(const http::Request& request, const std::string& scope) const;
  Result<http::Response> once(http::Request request, const std::string& authorization) const;
  Result<std::string> authorization_for(const std::string& challenge, const std::string& scope) const;
  Result<std::string> token(const std::string& challenge, const std::string& scope) const;
  [[nodiscard]] std::string basic() const;
  [[nodiscard]] answer::Asked asked(std::string what) const;
  [[nodiscard]] Result<Ok> check_is_registry(const http::Response& response) const;
  [[nodiscard]] Result<bool> is_there(const http::Response& response, const std::string& what) const;
  std::variant<http::Response, http::Failure> send_to(const std::string& base, http::Request& request) const;
  // `who` was asked: the registry or its token service.
  [[nodiscard]] Error failed(const http::Failure& failure, const http::Request& request, const std::string& who) const;
  [[nodiscard]] Error unexpected(const http::Response& response, const std::string& what) const;

  Access access_;
  Patience patience_;
  std::shared_ptr<http::Pool> connections_ = std::make_shared<http::Pool>();
};

}  // namespace infra::registry
