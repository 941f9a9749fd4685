// The objects of one account and region.
#pragma once
#include <memory>
#include <mutex>

#include "providers/aws/type.h"
#include "providers/provider.h"

namespace infra::aws {

class AwsProvider : public Provider {
 public:
  // Asks who we are: E0620 without credentials, E0627 without a region.
  static Result<std::unique_ptr<AwsProvider>> open(ConnectContext context, ImageBuilder build);

  [[nodiscard]] std::string place() const override;
  Result<Observation> observe(const std::vector<KnownObject>& known) override;
  Result<ObjectResult> create(const CreateRequest& request, const Cancel& cancel, const Progress& progress) override;
  Result<ObjectResult> update(const ExistingObject& existing, const CreateRequest& request, const Cancel& cancel,
                              const Progress& progress) override;
  Result<Ok> destroy(const ExistingObject& existing, const Cancel& cancel, const Progress& progress) override;
  // Tags and lists follow what was made after some seconds.
  [[nodiscard]] std::chrono::milliseconds lingers() const override;

 private:
  AwsProvider(std::unique_ptr<Client> client, Identity identity, ConnectContext context, ImageBuilder build);
  Result<std::vector<ObservedObject>> observe_type(const Type& type, const std::vector<KnownObject>& known);
  Result<std::optional<Seen>> by_token(const Type& type, const std::string& token);
  Result<Ok> sweep(const Type& type, Call& call);
  Result<ObjectResult> ready(const Type& type, const Call& call, const std::string& id);

  std::unique_ptr<Client> client_;
  ConnectContext context_;
  Account account_;
};

}  // namespace infra::aws
