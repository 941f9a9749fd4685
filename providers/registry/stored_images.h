// The images of a repository, read through the distribution API.
#pragma once
#include <map>

#include "providers/image_store.h"
#include "providers/registry/registry_client.h"

namespace infra::registry {

// What a registry's own storage tells that its API doesn't.
struct StoredIndex {
  std::map<std::string, UtcMoment> pushed;               // by digest, of every manifest, also of those without a tag
  std::map<std::string, std::vector<std::string>> tags;  // by digest; sorted
};

// Sorted by digest. Without `index` tagged images only, as old as what they were built at.
Result<std::vector<StoredImage>> stored_images(const RegistryClient& client, const std::string& repository,
                                               const std::optional<StoredIndex>& index, const Cancel& cancel);

}  // namespace infra::registry
