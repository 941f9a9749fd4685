#include "providers/kubernetes/objects/object_rollout.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

constexpr int kCrashes = 2;  // restarts after which a container that crashes again has failed
constexpr int kLogLines = 20;
constexpr std::size_t kEventsOfPod = 20;

// Nobody need wait for a second attempt.
bool is_final_pull_error(const std::string& message) {
  for (const auto* sign : {"not found", "manifest unknown", "unauthorized", "denied", "no such", "does not exist",
                           "repository name", "invalid reference"}) {
    if (message.find(sign) != std::string::npos) return true;
  }
  return false;
}

std::string cut(std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  if (message.size() > 400) message = message.substr(0, 400) + "…";
  return message;
}

std::string exit_text(const Json& container) {
  const auto& last = get(container, "lastState", "terminated").is_null() ? get(container, "state", "terminated")
                                                                         : get(container, "lastState", "terminated");
  if (last.is_null()) return "crashes";
  if (text(get(last, "reason")) == "OOMKilled") return "used more memory than it may (OOMKilled)";
  return fmt::format("exited with code {}", number(get(last, "exitCode")));
}

std::optional<PodTrouble> trouble_of_container(const Json& container) {
  const auto& waiting = get(container, "state", "waiting");
  const auto reason = text(get(waiting, "reason"));
  const auto message = cut(text(get(waiting, "message")));
  const auto restarts = number(get(container, "restartCount"));
  const auto told = [&](PodTrouble::Grade grade, std::string what, bool log) {
    return PodTrouble{.grade = grade,
                      .text = fmt::format("container {}: {}", text(get(container, "name")), what),
                      .container = text(get(container, "name")),
                      .has_log = log};
  };
  const auto with_message = message.empty() ? reason : reason + ": " + message;
  if (reason == "InvalidImageName" || reason == "CreateContainerConfigError" || reason == "RunContainerError" ||
      reason == "CreateContainerError" || reason == "ErrImageNeverPull") {
    return told(PodTrouble::fails, with_message, false);
  }
  if (reason == "ImagePullBackOff") return told(PodTrouble::fails, with_message, false);
  if (reason == "ErrImagePull") {
    return told(is_final_pull_error(message) ? PodTrouble::fails : PodTrouble::waits, with_message, false);
  }
  const auto& ended = get(container, "state", "terminated");
  const bool crashed = reason == "CrashLoopBackOff" || (ended.is_object() && number(get(ended, "exitCode")) != 0);
  if (!crashed) return std::nullopt;
  if (reason == "CrashLoopBackOff" && number(get(container, "lastState", "terminated", "exitCode")) == 0) {
    return told(restarts >= kCrashes ? PodTrouble::fails : PodTrouble::waits,
                "ends by itself with code 0, and is started again; let another container wait for it (`after`, "
                "\"succeeded\"), or make it a job",
                true);
  }
  return told(restarts >= kCrashes ? PodTrouble::fails : PodTrouble::waits,
              restarts > 0 ? fmt::format("{}, {} times", exit_text(container), restarts + 1) : exit_text(container),
              true);
}

std::optional<PodTrouble> trouble_of_pod(const Json& pod) {
  const auto name = text(get(pod, "metadata", "name"));
  std::optional<PodTrouble> worst;
  const auto take = [&](std::optional<PodTrouble> one) {
    if (one && (!worst || (worst->grade == PodTrouble::waits && one->grade == PodTrouble::fails)))
      worst = std::move(one);
  };
  for (const auto* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const auto& container : get(pod, "status", list)) take(trouble_of_container(container));
  }
  const auto& scheduled = condition_of(pod, "PodScheduled");
  if (text(get(scheduled, "status")) == "False") {
    take(PodTrouble{.grade = PodTrouble::waits,
                    .text = fmt::format("no node can take it: {}", cut(text(get(scheduled, "message"))))});
  }
  if (text(get(pod, "status", "phase")) == "Failed" && !worst) {
    const auto message = text(get(pod, "status", "message"));
    take(PodTrouble{.grade = PodTrouble::waits,
                    .text = cut(text(get(pod, "status", "reason")) + (message.empty() ? "" : ": " + message))});
  }
  if (!worst) return std::nullopt;
  worst->pod = name;
  worst->text = fmt::format("pod {}: {}", name, worst->text);
  return worst;
}

std::string selector_text(const Json& object) {
  std::string out;
  for (const auto& [key, value] : get(object, "spec", "selector", "matchLabels").items()) {
    out += (out.empty() ? "" : ",") + key + "=" + text(value);
  }
  return out;
}

// Of the newest template alone: the old pods are what is replaced.
Result<std::vector<Json>> new_pods(Cluster& cluster, const ObjectType& type, const Json& object) {
  const auto space = text(get(object, "metadata", "namespace"));
  const auto selector = selector_text(object);
  std::vector<Json> pods;
  auto listed = cluster.client().list({.path = path_of("v1", "pods", space), .selector = selector}, pods);
  if (!listed) return std::move(listed).error();
  if (*listed) {  // not allowed to look at pods: then nothing is known of them
    pods.clear();
    return pods;
  }
  if (type.schema.name == kDeployment) {
    std::vector<Json> sets;
    auto found = cluster.client().list({.path = path_of("apps/v1", "replicasets", space), .selector = selector}, sets);
    if (!found) return std::move(found).error();
    const auto revision = text(get(object, "metadata", "annotations", "deployment.kubernetes.io/revision"));
    std::string hash;
    for (const auto& set : sets) {
      if (text(get(set, "metadata", "annotations", "deployment.kubernetes.io/revision")) == revision) {
        hash = text(get(set, "metadata", "labels", "pod-template-hash"));
      }
    }
    std::erase_if(pods,
                  [&](const Json& pod) { return text(get(pod, "metadata", "labels", "pod-template-hash")) != hash; });
  } else if (type.schema.name == kDaemonSet) {
    const auto generation = text(get(object, "metadata", "generation"));
    std::erase_if(pods, [&](const Json& pod) {
      const auto of = text(get(pod, "metadata", "labels", "pod-template-generation"));
      return !of.empty() && of != generation;
    });
  }
  std::erase_if(pods, [](const Json& pod) { return !get(pod, "metadata", "deletionTimestamp").is_null(); });
  return pods;
}

// A second attempt to pull says only that there was a first: its event has the cause.
std::optional<std::string> why_no_image(Cluster& cluster, const std::vector<Json>& pods, const PodTrouble& trouble) {
  if (trouble.text.find("ImagePullBackOff") == std::string::npos) return std::nullopt;
  const auto pod = std::find_if(pods.begin(), pods.end(),
                                [&](const Json& one) { return text(get(one, "metadata", "name")) == trouble.pod; });
  if (pod == pods.end()) return std::nullopt;
  constexpr std::string_view kPull = "Failed to pull image";
  const auto events = events_of(cluster, *pod, kEventsOfPod);
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (const auto at = event->find(kPull); at != std::string::npos) {
      return fmt::format("pod {}: container {}: {}", trouble.pod, trouble.container, event->substr(at));
    }
  }
  return std::nullopt;
}

std::int64_t ready_of(const std::vector<Json>& pods) {
  return std::count_if(pods.begin(), pods.end(),
                       [](const Json& pod) { return text(get(condition_of(pod, "Ready"), "status")) == "True"; });
}

std::string log_of(Cluster& cluster, const std::string& space, const PodTrouble& trouble) {
  if (!trouble.has_log) return {};
  for (const auto* previous : {"&previous=true", ""}) {
    auto log = cluster.client().ask_text(fmt::format("{}/log?container={}&tailLines={}{}",
                                                     path_of("v1", "pods", space, trouble.pod),
                                                     http::url_encoded(trouble.container), kLogLines, previous));
    // What the kubelet says of a container that it has removed already.
    if (!log || log->empty() || log->starts_with("unable to retrieve container logs")) continue;
    while (log->ends_with('\n')) log->pop_back();
    std::string out = "\n";
    for (const char c : *log) out += c == '\n' ? std::string("\n  ") : std::string(1, c);
    return out.insert(1, "  ");
  }
  return {};
}

// No pod is made at all: a quota, an admission webhook.
std::string controller_trouble(const Json& object) {
  const auto& failure = condition_of(object, "ReplicaFailure");
  if (text(get(failure, "status")) == "True") {
    return fmt::format("{}: {}", text(get(failure, "reason")), cut(text(get(failure, "message"))));
  }
  return {};
}

bool deadline_passed(const Json& object) {
  const auto& progressing = condition_of(object, "Progressing");
  return text(get(progressing, "status")) == "False" && text(get(progressing, "reason")) == "ProgressDeadlineExceeded";
}

}  // namespace

std::optional<PodTrouble> trouble_of(const std::vector<Json>& pods) {
  std::optional<PodTrouble> worst;
  for (const auto& pod : pods) {
    auto one = trouble_of_pod(pod);
    if (one && (!worst || (worst->grade == PodTrouble::waits && one->grade == PodTrouble::fails)))
      worst = std::move(one);
  }
  return worst;
}

Result<RolloutNews> news_of(Cluster& cluster, const ObjectType& type, const Json& object) {
  const auto counts = counts_of(type, object);
  RolloutNews out{.progress = "waits for its controller"};
  if (counts.done() && has_run(type, object)) {
    out.verdict = RolloutSeen::done;
    return out;
  }
  if (!counts.current) return out;
  auto pods = new_pods(cluster, type, object);
  if (!pods) return std::move(pods).error();
  out.progress = fmt::format("{} of {} new pods are ready", ready_of(*pods), counts.wanted);
  const auto trouble = trouble_of(*pods);
  const auto space = text(get(object, "metadata", "namespace"));
  const bool late = deadline_passed(object);
  if (trouble && (trouble->grade == PodTrouble::fails || late)) {
    out.verdict = RolloutSeen::failed;
    out.reason = why_no_image(cluster, *pods, *trouble).value_or(trouble->text);
    out.log = log_of(cluster, space, *trouble);
  } else if (const auto why = controller_trouble(object); !why.empty() && pods->empty()) {
    out.verdict = RolloutSeen::failed;
    out.reason = "no pod can be made: " + why;
  } else if (late) {
    out.verdict = RolloutSeen::failed;
    out.reason = fmt::format("{} of {} new pods were ready when its time was up", ready_of(*pods), counts.wanted);
  } else if (trouble) {
    out.progress += "; " + trouble->text;
  }
  return out;
}

Result<JobNews> trouble_of_job(Cluster& cluster, const Json& job) {
  const auto space = text(get(job, "metadata", "namespace"));
  std::vector<Json> pods;
  auto listed = cluster.client().list({.path = path_of("v1", "pods", space), .selector = selector_text(job)}, pods);
  if (!listed) return std::move(listed).error();
  const auto& failed = condition_of(job, "Failed");
  const bool over = text(get(failed, "status")) == "True";
  auto trouble = *listed ? std::nullopt : trouble_of(pods);
  // One attempt is all that it has: what would be a restart elsewhere is its end.
  if (!over && !(trouble && trouble->grade == PodTrouble::fails)) return JobNews{.text = trouble ? trouble->text : ""};
  JobNews out{.failed = true};
  if (!trouble) {
    out.text = cut(text(get(failed, "message")));
    return out;
  }
  out.text = why_no_image(cluster, pods, *trouble).value_or(trouble->text) + log_of(cluster, space, *trouble);
  return out;
}

std::vector<std::string> events_of(Cluster& cluster, const Json& object, std::size_t most) {
  const auto space = text(get(object, "metadata", "namespace"));
  const auto uid = text(get(object, "metadata", "uid"));
  auto reply = cluster.client().ask({.path = path_of("v1", "events", space) + "?limit=50&fieldSelector=" +
                                             http::url_encoded("involvedObject.uid=" + uid)});
  std::vector<std::string> out;
  if (!reply || !*reply) return out;  // who may not see events is told without
  for (const auto& one : get(reply->body, "items")) {
    out.push_back(
        fmt::format("{} {}: {}", text(get(one, "type")), text(get(one, "reason")), cut(text(get(one, "message")))));
  }
  if (out.size() > most) out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(most));
  return out;
}

}  // namespace infra::kubernetes
