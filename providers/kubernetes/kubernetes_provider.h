// The objects of one cluster.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "providers/checkup.h"
#include "providers/image_builder.h"
#include "providers/kubernetes/live/kubernetes_live.h"
#include "providers/kubernetes/objects/condition.h"
#include "providers/kubernetes/objects/objects.h"
#include "providers/own_tasks.h"
#include "providers/provider.h"

namespace infra::kubernetes {

class KubernetesProvider : public Provider, public HasLive, public HasCheckup, public HasOwnTasks {
 public:
  // `builder`: the engine that builds images. Nothing is asked of the cluster yet.
  KubernetesProvider(Access access, const ConnectContext& context, ImageBuilder build, std::string builder);

  [[nodiscard]] std::string place() const override;
  Result<Observation> observe(const std::vector<KnownObject>& known) override;
  Result<ObjectResult> create(const CreateRequest& request, const Cancel& cancel, const Progress& progress) override;
  Result<ObjectResult> update(const ExistingObject& existing, const CreateRequest& request, const Cancel& cancel,
                              const Progress& progress) override;
  Result<Ok> destroy(const ExistingObject& existing, const Cancel& cancel, const Progress& progress) override;
  Result<Observation> poll(const std::vector<KnownObject>& objects) override;
  [[nodiscard]] std::chrono::milliseconds pace() const override { return std::chrono::seconds(1); }
  std::vector<Refusal> preflight(const std::vector<CreateRequest>& wanted) override;
  Result<std::optional<FoundObject>> read(const std::string& type, const std::string& id, const Value& wanted) override;
  std::string diagnose(const ExistingObject& existing) override;
  Live& live() override { return live_; }
  std::vector<Check> checkup(const std::vector<DeclaredObject>& declared) override;
  Result<std::vector<ObservedObject>> own_tasks() override { return live_.tasks(); }

 private:
  // What this run knows of an object beyond the record.
  struct Memory {
    std::vector<std::string> drifted = {};  // fields that a plan said somebody changed: they may be taken back
    Value former = {};                      // inputs before the last update, for a rollback
    std::string former_spec = {};           // and their hash, as the object's annotation has it
    bool former_ran = false;                // what was observed had run: there is something to go back to
    std::chrono::steady_clock::time_point waits_since = {};
  };
  Memory recall(const std::string& id);
  // Has this run's record an object of this id?
  bool is_recorded(const std::string& id);
  // Was it read in this run, to be taken over?
  bool is_read(const std::string& id);
  void remember(const std::string& id, const std::function<void(Memory&)>& change);
  // Since it was looked at for the first time after its change.
  std::chrono::steady_clock::duration waited_for(const std::string& id);

  Result<ObservedObject> watch(const ObjectType& type, const KnownObject& one, const Json& object);
  Result<bool> roll_back(const ObjectType& type, const KnownObject& one, const Json& object);
  Result<ObjectResult> build(const CreateRequest& request, const Cancel& cancel, const Progress& progress);
  [[nodiscard]] Mark mark(const CreateRequest& request) const;

  std::string platform_;
  Cluster cluster_;
  const SourceTree* sources_;
  ImageBuilder build_;
  std::string builder_;
  std::mutex mutex_;
  std::map<std::string, Memory> memory_;
  std::set<std::string> recorded_, read_;
  KubernetesLive live_{cluster_, platform_};
};

}  // namespace infra::kubernetes
