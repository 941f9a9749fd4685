// What ECS says of a service, and what that means for the deployment that was asked for.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

// A service of DescribeServices, with its tags.
Seen service_seen(const Value& item);

// Never "running equals desired": that holds after a rollback, too. By the id of the deployment that a call made:
struct RolloutOf {
  State state = State::starting;  // ready: it is COMPLETED; failed: it is FAILED, gone, or not the PRIMARY any more
  std::string detail;
};
RolloutOf rollout_of(const Value& service, const std::string& deployment);

// The id of the deployment that a call has just made, or found.
std::string primary_of(const Value& service);
// The service while that deployment goes on; if it fails, until what ran before runs again.
Result<std::optional<Seen>> watch_service(Account& account, const Known& known, const std::string& deployment);

// Why a task has ended: "container web exited with code 3", "CannotPullContainerError: …".
std::string stop_reason(const Value& task);

// Tasks of one revision of a service that stopped, and not because ECS wanted it so.
std::vector<Value> failed_tasks(Account& account, const std::string& cluster, const std::string& service,
                                const std::string& revision);

// Why tasks of a service stopped, the same ones counted once: "3 × container web exited with code 1".
std::string stopped_reasons(Account& account, const std::string& cluster, const std::string& service,
                            const std::string& revision);

}  // namespace infra::aws
