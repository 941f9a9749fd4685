// The objects on all nodes of one platform declaration.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "providers/nodes/engine.h"
#include "providers/provider.h"

namespace infra::nodes {

class NodesProvider : public Provider {
 public:
  // Doesn't talk to the engines yet; E0611 if an endpoint can't be used.
  static Result<std::unique_ptr<NodesProvider>> open(ConnectContext context);

  Result<Observation> observe(const std::vector<KnownObject>& known) override;
  Result<std::optional<FoundObject>> read(const std::string& type, const std::string& id, const Value& wanted) override;
  Result<ObjectResult> create(const CreateRequest& request, const Cancel& cancel, const Progress& progress) override;
  Result<ObjectResult> update(const ExistingObject& existing, const CreateRequest& request, const Cancel& cancel,
                              const Progress& progress) override;
  Result<Ok> destroy(const ExistingObject& existing, const Cancel& cancel, const Progress& progress) override;

 private:
  using Engines = std::map<std::string, std::unique_ptr<Engine>>;
  NodesProvider(ConnectContext context, Engines engines) : context_(std::move(context)), engines_(std::move(engines)) {}

  Result<Engine*> engine_of(const Value& inputs) const;
  Result<Ok> destroy_on(Engine& engine, const ExistingObject& existing, const Cancel& cancel,
                        const Progress& progress) const;
  [[nodiscard]] Observation::Silence silence_of(const std::string& node, Error error,
                                                const std::vector<KnownObject>& known) const;

  ConnectContext context_;
  Engines engines_;
};

}  // namespace infra::nodes
