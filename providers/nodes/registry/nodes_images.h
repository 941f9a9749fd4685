// Images in the registries of container engines: of one that the stack runs itself, or of another's.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "providers/image_store.h"
#include "providers/nodes/context.h"
#include "providers/nodes/engine.h"

namespace infra::nodes {

class NodesImages : public ImageStore {
 public:
  // All outlive it.
  NodesImages(const std::map<std::string, std::unique_ptr<Engine>>& engines, const ConnectContext& context)
      : engines_(engines), context_(context) {}

  Result<std::vector<StoredImage>> images(const ImageRepository& repository, const Cancel& cancel) override;
  Result<bool> remove(const ImageRepository& repository, const std::string& digest) override;
  Result<Ok> free_space(const ImageRepository& repository, const Cancel& cancel) override;
  Result<Uses> uses() override;

 private:
  Result<Engine*> engine_of(const ImageRepository& repository) const;
  const std::map<std::string, std::unique_ptr<Engine>>& engines_;
  const ConnectContext& context_;
};

}  // namespace infra::nodes
