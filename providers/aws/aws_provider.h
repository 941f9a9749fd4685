// The objects of one account and region.
#pragma once
#include <map>
#include <memory>
#include <mutex>

#include "providers/aws/aws_type.h"
#include "providers/aws/live/aws_live.h"
#include "providers/checkup.h"
#include "providers/own_tasks.h"
#include "providers/provider.h"
#include "providers/recorded_outputs.h"

namespace infra::aws {

class AwsProvider : public Provider, public HasLive, public HasCheckup, public HasOwnTasks, public KnowsOutputs {
 public:
  // Asks who we are: E0620 without credentials, E0627 without a region.
  static Result<std::unique_ptr<AwsProvider>> open(ConnectContext context, ImageBuilder build);

  [[nodiscard]] std::string place() const override;
  Result<Observation> observe(const std::vector<KnownObject>& known) override;
  Result<ObjectResult> create(const CreateRequest& request, const Cancel& cancel, const Progress& progress) override;
  Result<ObjectResult> update(const ExistingObject& existing, const CreateRequest& request, const Cancel& cancel,
                              const Progress& progress) override;
  Result<Ok> destroy(const ExistingObject& existing, const Cancel& cancel, const Progress& progress) override;
  // By ARN, or as AWS shows it: an id, a name, for services and the like CLUSTER/NAME.
  Result<std::optional<FoundObject>> read(const std::string& type, const std::string& id, const Value& wanted) override;
  void know_outputs(const std::vector<RecordedOutputs>& recorded) override;
  Live& live() override { return live_; }
  Result<std::vector<ObservedObject>> own_tasks() override { return live_.tasks(); }
  std::vector<Check> checkup(const std::vector<DeclaredObject>& declared) override;
  // Tags and lists follow what was made after some seconds.
  [[nodiscard]] std::chrono::milliseconds lingers() const override;

 private:
  AwsProvider(std::unique_ptr<Client> client, Identity identity, ConnectContext context, ImageBuilder build,
              std::string credentials_from);
  Result<std::vector<ObservedObject>> observe_type(const Type& type, const std::vector<KnownObject>& known);
  Result<std::optional<Seen>> by_token(const Type& type, const std::string& token);
  Result<Ok> sweep(const Type& type, const Call& call);
  Result<Ok> retag(const Type& type, const Call& call);
  Result<ObjectResult> ready(const Type& type, const Call& call, const std::string& id);

  // What the last look found to be changed: the update that puts it right must set it, though nothing was declared
  // anew.
  void remember(const std::string& id, const std::vector<Drift>& drift);
  std::set<std::string> drifted(const std::string& id);

  std::map<std::string, std::string, std::less<>> outputs_;  // as recorded, by id: lossless JSON
  std::mutex drifted_guard_;
  DriftedInputs drifted_;
  std::unique_ptr<Client> client_;
  ConnectContext context_;
  Account account_;
  AwsLive live_;
  std::string credentials_from_;  // "environment": for `infra doctor`
};

}  // namespace infra::aws
