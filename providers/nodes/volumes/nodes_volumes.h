// Volumes of container engines.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "providers/nodes/context.h"
#include "providers/nodes/engine.h"
#include "providers/volumes.h"

namespace infra::nodes {

class NodesVolumes : public Volumes {
 public:
  // All outlive it.
  NodesVolumes(const std::map<std::string, std::unique_ptr<Engine>>& engines, const ConnectContext& context)
      : engines_(engines), context_(context) {}

  Result<Listed> volumes() override;
  Result<Ok> copy_out(const NamedVolume& volume, const Take& take, const Cancel& cancel) override;
  Result<Ok> copy_in(const NamedVolume& volume, const Give& give, const Cancel& cancel) override;
  Result<Ok> remove(const NamedVolume& volume) override;
  Result<Ok> stop_users(const NamedVolume& volume) override;
  Result<Ok> start_users(const NamedVolume& volume) override;

 private:
  Result<Engine*> engine_of(const NamedVolume& volume) const;
  const std::map<std::string, std::unique_ptr<Engine>>& engines_;
  const ConnectContext& context_;
};

}  // namespace infra::nodes
