// The objects on all nodes of one platform declaration.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "providers/fetches_images.h"
#include "providers/nodes/balancer/balancer_certificates.h"
#include "providers/nodes/balancer/fleet.h"
#include "providers/nodes/engine.h"
#include "providers/nodes/kept.h"
#include "providers/nodes/live/nodes_live.h"
#include "providers/nodes/registry/nodes_images.h"
#include "providers/nodes/tasks/restart_watch.h"
#include "providers/nodes/volumes/nodes_volumes.h"
#include "providers/provider.h"

namespace infra::nodes {

class NodesProvider : public Provider,
                      public HasLive,
                      public HasVolumes,
                      public HasImageStore,
                      public KnowsKept,
                      public FetchesImages {
 public:
  // Doesn't talk to the engines yet; E0611 if an endpoint can't be used.
  static Result<std::unique_ptr<NodesProvider>> open(ConnectContext context);

  Result<Observation> observe(const std::vector<KnownObject>& known) override;
  Result<std::optional<FoundObject>> read(const std::string& type, const std::string& id, const Value& wanted) override;
  Result<ObjectResult> create(const CreateRequest& plain, const Cancel& cancel, const Progress& progress) override;
  Result<ObjectResult> update(const ExistingObject& existing, const CreateRequest& plain, const Cancel& cancel,
                              const Progress& progress) override;
  Result<Ok> destroy(const ExistingObject& plain, const Cancel& cancel, const Progress& progress) override;
  // One list call for each node and type that one of them is on. Tasks and runs of jobs only: what else is made is what
  // it should be at once.
  Result<Observation> poll(const std::vector<KnownObject>& objects) override;
  // A task that comes or goes behind a load balancer concerns the nodes of all load balancers: then all are asked at
  // once.
  [[nodiscard]] bool polls_by_place() const override { return !routed_; }
  [[nodiscard]] std::string place_of(const KnownObject& object) const override;
  std::vector<Refusal> preflight(const std::vector<CreateRequest>& wanted) override;
  std::string diagnose(const ExistingObject& existing) override;
  Result<Ok> fetch_images(const std::vector<CreateRequest>& tasks, const Cancel& cancel,
                          const Progress& progress) override;
  void know_kept(const std::vector<KeptSecret>& kept) override;
  Live& live() override { return live_; }
  Volumes& volumes() override { return volumes_; }
  ImageStore& image_store() override { return images_; }
  // Docker finishes the making of a network or a container also when nobody waits for the answer any more.
  [[nodiscard]] std::chrono::milliseconds lingers() const override { return std::chrono::seconds(2); }

 private:
  using Engines = balancer::Engines;
  NodesProvider(ConnectContext context, Engines engines)
      : context_(std::move(context)),
        engines_(std::move(engines)),
        live_(engines_, context_, kept_),
        volumes_(engines_, context_),
        images_(engines_, context_, kept_) {
    for (const auto& [node, engine] : engines_) restarts_[node];
  }

  [[nodiscard]] CreateRequest with_grants(CreateRequest request) const;
  Result<ObjectResult> create_own_container(const Context& context, const CreateRequest& request) const;
  Result<Ok> bring_images_for(const Context& context, const CreateRequest& request) const;
  void remove_copies(const ExistingObject& image, const Cancel& cancel, const Progress& progress) const;
  void forget_registry_everywhere(const Value& inputs, const Cancel& cancel, const Progress& progress) const;
  [[nodiscard]] std::string host_of(const std::string& node) const;
  [[nodiscard]] std::string host_among_nodes(const std::string& node) const;
  [[nodiscard]] balancer::Fleet fleet() const;
  Result<Ok> destroy_routed_task(const Context& context, const ExistingObject& existing) const;
  Result<Engine*> engine_of(const Value& inputs) const;
  Result<Engine*> node_named(const std::string& name) const;
  Result<std::vector<ObservedObject>> poll_on(Engine& engine, const std::vector<KnownObject>& objects);
  Result<Ok> destroy_on(Engine& engine, const ExistingObject& existing, const Cancel& cancel,
                        const Progress& progress) const;
  [[nodiscard]] Result<Observation::Unreachable> unreachable_for(const std::string& node, Error error,
                                                                 const std::vector<KnownObject>& known) const;

  ConnectContext context_;
  Engines engines_;
  std::map<std::string, RestartWatch> restarts_;  // by node
  std::atomic<bool> routed_ = true;               // the stack may have load balancers, or routes of others'
  std::mutex admitting_;                          // to load balancers: whoever does it chooses free slots
  Kept kept_;
  NodesLive live_;
  NodesVolumes volumes_;
  NodesImages images_;
};

}  // namespace infra::nodes
