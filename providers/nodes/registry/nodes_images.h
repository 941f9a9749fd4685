// Images in the registries of container engines: of one that the stack runs itself, or of another's.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "providers/image_store.h"
#include "providers/nodes/context.h"
#include "providers/nodes/engine.h"
#include "providers/nodes/kept.h"
#include "providers/registry/registry_client.h"

namespace infra::nodes {

class NodesImages : public ImageStore {
 public:
  // All outlive it.
  NodesImages(const std::map<std::string, std::unique_ptr<Engine>>& engines, const ConnectContext& context,
              const Kept& kept)
      : engines_(engines), context_(context), kept_(kept) {}

  Result<std::vector<StoredImage>> images(const ImageRepository& repository, const Cancel& cancel) override;
  Result<bool> remove(const ImageRepository& repository, const std::string& digest) override;
  Result<Ok> free_space(const ImageRepository& repository, const Cancel& cancel) override;
  Result<Uses> uses() override;

 private:
  [[nodiscard]] registry::RegistryClient client_of(const ImageRepository& repository, const Cancel* cancel) const;
  Result<Engine*> engine_of(const ImageRepository& repository) const;
  const std::map<std::string, std::unique_ptr<Engine>>& engines_;
  const ConnectContext& context_;
  const Kept& kept_;
};

}  // namespace infra::nodes
