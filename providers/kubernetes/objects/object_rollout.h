// Whether a rollout gets on: what its new pods say. Failures are told at once, with the pod and its last log lines,
// instead of waiting for a deadline.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "providers/kubernetes/objects/condition.h"
#include "providers/kubernetes/objects/objects.h"

namespace infra::kubernetes {

struct PodTrouble {
  enum Grade { waits, fails } grade = waits;
  std::string text;  // "pod api-7c9f-x2: container web: ImagePullBackOff: …"
  std::string pod = {};
  std::string container = {};
  bool has_log = false;
};

// The worst of these pods; nullopt: all is as it should be. Pure.
std::optional<PodTrouble> trouble_of(const std::vector<Json>& pods);

struct RolloutNews {
  RolloutSeen::Verdict verdict = RolloutSeen::running;
  std::string progress;
  std::string reason;
  std::string log;  // the failing container's last lines, indented, each after a newline; may be empty
};
// `object`: a Deployment or a DaemonSet, as it was just read.
Result<RolloutNews> news_of(Cluster& cluster, const ObjectType& type, const Json& object);

struct JobNews {
  bool failed = false;
  std::string text;  // what its pod says, with the last log lines if it failed; may be empty
};
Result<JobNews> trouble_of_job(Cluster& cluster, const Json& job);

// What happened to an object, newest last, at most `most`: "Warning FailedCreate: …".
std::vector<std::string> events_of(Cluster& cluster, const Json& object, std::size_t most);

}  // namespace infra::kubernetes
