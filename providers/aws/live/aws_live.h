// What runs on ECS, for people: its tasks as containers, CloudWatch Logs, the events of services, commands through the
// session manager's plugin, what CloudWatch measures.
#pragma once
#include <map>
#include <mutex>

#include "providers/aws/aws_type.h"
#include "providers/live.h"

namespace infra::aws {

// A task of this stack with what is known of it. Its containers' ids are TASK_ARN#CONTAINER.
struct LiveTask {
  Address address;   // service.web/3fa1c204, job.migrate/run
  Address of;        // the part that it belongs to: service.web/service
  std::string type;  // of that part
  Value seen;        // as DescribeTasks answers
};

class AwsLive : public Live {
 public:
  explicit AwsLive(Account& account) : account_(account) {}

  Result<Listed> containers() override;
  Result<std::vector<ObservedObject>> tasks();  // of services
  Result<Ok> logs(const LiveContainer& of, const LogQuery& query, const TakeLine& take, const Cancel& cancel) override;
  Result<int> exec(const LiveContainer& in, const ExecRequest& request, const ExecStreams& streams,
                   const Cancel& cancel) override;
  [[nodiscard]] bool runs_commands_of(std::string_view type) const override;
  Result<int> run(const RunRequest& request, const ExecStreams& streams, const Cancel& cancel) override;
  Result<Ok> events(const EventQuery& query, const TakeEvent& take, const Cancel& cancel) override;
  Result<std::vector<Usage>> usage(const std::vector<LiveContainer>& of) override;
  Result<std::vector<ServedRequests>> requests() override;

 private:
  Result<std::vector<LiveTask>> all_tasks();
  // A container's definition, by the revision of its task; asked for once.
  Result<Value> definition_of(const std::string& revision, const std::string& container);
  Result<Value> task_of(const LiveContainer& container);

  Account& account_;
  std::mutex guard_;
  std::map<std::string, Value> revisions_;
};

// The ids of a container: of "arn:…:task/CLUSTER/ID#NAME".
std::string task_of_id(std::string_view id);
std::string cluster_of_id(std::string_view id);

// Seconds since 1970, as the API's JSON has them, and milliseconds, as CloudWatch Logs has.
LogTime time_of_seconds(const Value& value);
std::int64_t milliseconds_of(LogTime time);

}  // namespace infra::aws
