// Live of a cluster: pods are its tasks.
#pragma once
#include <string>

#include "providers/kubernetes/objects/objects.h"
#include "providers/live.h"

namespace infra::kubernetes {

class KubernetesLive : public Live {
 public:
  // Both outlive it.
  KubernetesLive(Cluster& cluster, const std::string& platform) : cluster_(cluster), platform_(platform) {}

  Result<Listed> containers() override;
  // The pods, as `infra ps` lists them.
  Result<std::vector<ObservedObject>> tasks();
  Result<Ok> logs(const LiveContainer& of, const LogQuery& query, const TakeLine& take, const Cancel& cancel) override;
  // Through `kubectl`, which speaks the protocol that upgrades a connection; E0720 where it isn't installed.
  Result<int> exec(const LiveContainer& in, const ExecRequest& request, const ExecStreams& streams,
                   const Cancel& cancel) override;
  [[nodiscard]] bool runs_commands_of(std::string_view) const override { return false; }
  Result<int> run(const RunRequest& request, const ExecStreams& streams, const Cancel& cancel) override;
  // What the cluster keeps of them, an hour as a rule.
  Result<Ok> events(const EventQuery& query, const TakeEvent& take, const Cancel& cancel) override;
  // Of the cluster's metrics API, where somebody has installed it.
  Result<std::vector<Usage>> usage(const std::vector<LiveContainer>& of) override;
  Result<std::vector<ServedRequests>> requests() override { return std::vector<ServedRequests>(); }

 private:
  Cluster& cluster_;
  const std::string& platform_;
};

// What LiveContainer::id stands for.
struct ContainerId {
  std::string space, pod, container;
  [[nodiscard]] std::string text() const { return space + "/" + pod + "/" + container; }
  static ContainerId parse(const std::string& id);
};

}  // namespace infra::kubernetes
