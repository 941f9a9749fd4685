#include "providers/registry/stored_images.h"

#include <fmt/format.h>

#include <algorithm>

namespace infra::registry {
namespace {

std::uint64_t size_in(const Value& part) {
  const auto* size = part["size"].integer();
  return size != nullptr && *size > 0 ? static_cast<std::uint64_t>(*size) : 0;
}

void add_manifest(StoredImage& image, const Value& manifest) {
  image.bytes = size_in(manifest["config"]);
  if (const auto* layers = manifest["layers"].list()) {
    for (const auto& layer : *layers) image.bytes += size_in(layer);
  }
  if (const auto* parts = manifest["manifests"].list()) {
    for (const auto& part : *parts) {
      if (const auto* digest = part["digest"].string()) image.parts.push_back(*digest);
    }
  }
}

class Reading {
 public:
  Reading(const RegistryClient& client, const std::string& repository, const Cancel& cancel)
      : client_(client), repository_(repository), cancel_(cancel) {}

  Result<Ok> read_index(const StoredIndex& index) {
    for (const auto& [digest, pushed] : index.pushed) {
      auto manifest = read(digest);
      if (!manifest) return std::move(manifest).error();
      if (!*manifest) continue;  // deleted meanwhile
      StoredImage image{.digest = digest, .pushed = pushed};
      if (const auto tags = index.tags.find(digest); tags != index.tags.end()) image.tags = tags->second;
      add_manifest(image, (*manifest)->body);
      out_.push_back(std::move(image));
    }
    return Ok{};
  }

  Result<Ok> read_tags() {
    const auto tags = client_.tags(repository_);
    if (!tags) return tags.error();
    if (!*tags) return Ok{};
    std::map<std::string, StoredImage> by_digest;
    for (const auto& tag : **tags) {
      auto manifest = read(tag);
      if (!manifest) return std::move(manifest).error();
      if (!*manifest) continue;
      auto& image = by_digest[(*manifest)->digest];
      image.tags.push_back(tag);
      if (!image.digest.empty()) continue;
      image.digest = (*manifest)->digest;
      add_manifest(image, (*manifest)->body);
      auto built = client_.built(repository_, **manifest);
      if (!built) return std::move(built).error();
      image.pushed = *built;
    }
    for (auto& [digest, image] : by_digest) out_.push_back(std::move(image));
    return Ok{};
  }
  std::vector<StoredImage> take() { return std::move(out_); }

 private:
  Result<std::optional<Manifest>> read(const std::string& reference) const {
    if (cancel_.draining()) return Error{.code = "E0703", .message = "stopped while images were listed"};
    return client_.manifest(repository_, reference);
  }
  const RegistryClient& client_;
  const std::string& repository_;
  const Cancel& cancel_;
  std::vector<StoredImage> out_;
};

}  // namespace

Result<std::vector<StoredImage>> stored_images(const RegistryClient& client, const std::string& repository,
                                               const std::optional<StoredIndex>& index, const Cancel& cancel) {
  Reading reading(client, repository, cancel);
  if (auto done = index ? reading.read_index(*index) : reading.read_tags(); !done) return std::move(done).error();
  return reading.take();
}

}  // namespace infra::registry
