// The images in a stack's repositories, for people and for lifecycle rules. Beside the border of provider.h: planning
// and applying never see it. A platform whose provider is a HasImageStore has it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "base/text/rfc3339.h"
#include "base/values/value.h"
#include "providers/provider.h"

namespace infra {

struct StoredImage {
  std::string digest;
  std::vector<std::string> tags;    // sorted; empty: untagged
  std::optional<UtcMoment> pushed;  // where a registry doesn't tell, when it was built; nullopt: that isn't told either
  std::uint64_t bytes = 0;          // of its layers and configuration; of an index 0
  std::vector<std::string> parts;   // digests of the images of an index
  friend bool operator==(const StoredImage&, const StoredImage&) = default;
};

struct ImageRepository {
  Value inputs;                 // of the provider type "repository"
  std::string container, node;  // of the registry itself, if this stack runs it
};

class ImageStore {
 public:
  virtual ~ImageStore() = default;
  // Sorted by digest. Untagged images are listed by a registry only that this stack runs: the distribution API names
  // none of them.
  virtual Result<std::vector<StoredImage>> images(const ImageRepository& repository, const Cancel& cancel) = 0;
  // With all its tags. false: the registry doesn't allow it.
  virtual Result<bool> remove(const ImageRepository& repository, const std::string& digest) = 0;
  // Gives the space of layers back that no image has any more. The registry of `repository`, which this stack runs, is
  // stopped meanwhile: an upload that went on could lose its layers.
  virtual Result<Ok> free_space(const ImageRepository& repository, const Cancel& cancel) = 0;

  struct Uses {
    std::vector<std::pair<std::string, std::string>> names;  // of an image, as it was asked for, and of its container
    std::vector<std::pair<std::string, Error>> unreachable;  // "node a of here"
    bool half_freed = false;                                 // whoever freed space was killed: it wants doing again
  };
  // Of all containers on the platform's nodes, whose ever they are, running or not.
  virtual Result<Uses> uses() = 0;
};

class HasImageStore {
 public:
  virtual ~HasImageStore() = default;
  virtual ImageStore& image_store() = 0;
};

// nullptr: its platform has nothing of the kind.
inline ImageStore* image_store_of(Provider& provider) {
  auto* has = dynamic_cast<HasImageStore*>(&provider);
  return has != nullptr ? &has->image_store() : nullptr;
}

}  // namespace infra
