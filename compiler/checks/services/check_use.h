// A task where it runs: what most checks ask about. Read once from the graph; what isn't known is left empty.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/values/value.h"
#include "compiler/checks.h"

namespace infra::checks {

enum class Launch {
  nodes,    // container engines, real or simulated
  fargate,  // AWS without machines
  ec2,      // AWS on instances
  aws,      // one of the two: the cluster doesn't say which
  kubernetes,
  unknown,
};
bool is_aws(Launch launch);
std::string_view text(Launch launch);  // "Fargate"

struct Use {
  const Resource* owner = nullptr;    // the service or job; nullptr: nothing runs this task
  const Resource* task = nullptr;     // never nullptr
  const Resource* cluster = nullptr;  // nullptr with the owner, or if it isn't known
  const PlatformDecl* platform = nullptr;
  Launch launch = Launch::unknown;
  std::string mode;  // "host" "bridge" "awsvpc" "none"; empty: not known

  [[nodiscard]] bool is_service() const;
  [[nodiscard]] const Value& config(std::string_view name) const;  // of the owner, null without one
  [[nodiscard]] const Map& containers() const;
  // Where the mode is stated, or who runs the task.
  [[nodiscard]] Span mode_place() const;
  // Where the cluster says what it runs on: its `fargate` or `ec2` block, else the cluster or platform itself.
  [[nodiscard]] Span launch_place() const;
};

// Every service and job with its task, in the order of addresses, then the tasks that nothing runs.
std::vector<Use> uses_of(const Graph& graph);

// How many copies a service wants. Daemons have none of their own.
struct Copies {
  std::int64_t least = 0;
  std::int64_t most = 0;  // differs with `scale`
  Span place;             // `desired` or `range`, else the service
};
std::optional<Copies> copies_of(const Use& use);
bool is_daemon(const Use& use);

struct PortUse {
  std::string container;  // labels
  std::string name;
  std::int64_t inside = 0;
  std::int64_t host = 0;  // 0: chosen by the platform
  std::string protocol;
  Span place;  // of the number that makes the host port
  [[nodiscard]] std::string path() const { return "container." + container + ".port." + name; }
};
// Ports whose numbers are known. A host port only where the mode publishes one.
std::vector<PortUse> ports_of(const Use& use);

// "container.web."
std::string container_path(std::string_view label);

}  // namespace infra::checks
