// The parts of an image's name: "localhost:5000/shop/web:1.4@sha256:…".
#pragma once
#include <string>
#include <string_view>

namespace infra::registry {

struct Reference {
  std::string host;        // "docker.io" if none stands there
  std::string repository;  // "library/redis" for "redis"
  std::string tag;         // "latest" if there is neither tag nor digest
  std::string digest;      // "sha256:…"
  // In full, as an engine pulls it without guessing: by digest if there is one.
  [[nodiscard]] std::string name() const { return host + "/" + repository; }
};

Reference parse_reference(std::string_view text);

// Lower case letters, digits and single separators, as OCI's rule for repository names wants it.
bool valid_repository(std::string_view name);

}  // namespace infra::registry
