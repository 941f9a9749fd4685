#include <fmt/format.h>

#include <algorithm>

#include "importers/kubernetes/manifest_amounts.h"
#include "importers/kubernetes/manifest_model.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

std::string seconds_of(Section& section, std::string_view key) {
  const auto value = parse_integer(section.text(key));
  return value && *value > 0 && *value < 10'000'000 ? duration_of(*value * 1000) : std::string();
}

struct Deploy {
  std::string min, max, settle;
};

void write(const Deploy& deploy, StackText& out) {
  if (deploy.min.empty() && deploy.max.empty() && deploy.settle.empty()) return;
  out.open("deploy");
  out.set("min", deploy.min);
  out.set("max", deploy.max);
  out.set("settle", deploy.settle);
  out.close();
}

// Kubernetes rounds maxSurge up and maxUnavailable down; in whole percent of the copies both come out the same here.
void read_limits(Section& rolling, std::int64_t copies, Deploy& out) {
  auto surge = rolling.text("maxSurge"), unavailable = rolling.text("maxUnavailable");
  if (surge.empty()) surge = "25%";
  if (unavailable.empty()) unavailable = "25%";
  const auto more = kube_share(surge, copies, true), fewer = kube_share(unavailable, copies, false);
  if (!more || !fewer || copies < 1) return;
  const auto min = std::max<std::int64_t>(0, copies - *fewer) * 100 / copies;
  const auto max = ((copies + *more) * 100 + copies - 1) / copies;
  if (min == 100 && max == 200) return;
  out.min = fmt::format("{}%", min);
  out.max = fmt::format("{}%", max);
}

// The names that Kubernetes has for some times.
std::string cron_of(const std::string& schedule) {
  constexpr std::pair<std::string_view, const char*> kNames[] = {
      {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"}, {"@weekly", "0 0 * * 0"},
      {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@hourly", "0 * * * *"}};
  for (const auto& [name, cron] : kNames) {
    if (schedule == name) return cron;
  }
  return schedule;
}

class WorkloadReader {
 public:
  WorkloadReader(const Manifest& manifest, KubeImport& import)
      : manifest_(manifest), import_(import), object_(manifest.body, manifest.place, import.notes) {}

  void read() {
    out_.kind = manifest_.kind;
    out_.name = manifest_.name;
    out_.space = manifest_.space;
    out_.place = manifest_.place;
    out_.label =
        import_.names.of("workload", manifest_.space + "/" + manifest_.name + "/" + manifest_.kind, manifest_.name);
    object_.ignore({"apiVersion", "kind", "status"});
    const auto& metadata = taken(object_, "metadata");
    Section spec(taken(object_, "spec"), object_.below("spec"), import_.notes);
    object_.finish();
    if (out_.kind == "CronJob") return scheduled(metadata, spec);
    finish(metadata, spec, {});
  }

 private:
  void scheduled(const Json& metadata, Section& spec) {
    StackText schedule;
    schedule.open("schedule");
    schedule.set("cron", text_literal(cron_of(spec.text("schedule"))));
    if (const auto zone = spec.text("timeZone"); !zone.empty()) schedule.set("zone", text_literal(zone));
    const auto overlap = lower(spec.text("concurrencyPolicy"));
    schedule.set("overlap", overlap == "forbid" || overlap == "replace" ? overlap : "allow");
    schedule.set("deadline", seconds_of(spec, "startingDeadlineSeconds"));
    schedule.close();
    if (spec.flag("suspend")) spec.note("suspend", "it runs: leave its `schedule` out until it shall");
    spec.ignore({"successfulJobsHistoryLimit", "failedJobsHistoryLimit"});
    Section job(taken(spec, "jobTemplate"), spec.below("jobTemplate"), import_.notes);
    spec.finish();
    job.ignore({"metadata"});
    Section job_spec(taken(job, "spec"), job.below("spec"), import_.notes);
    job.finish();
    finish(metadata, job_spec, schedule.text());
  }

  void finish(const Json& metadata, Section& spec, const std::string& schedule) {
    spec.ignore({"selector", "revisionHistoryLimit", "podManagementPolicy", "completions", "parallelism",
                 "completionMode", "manualSelector", "suspend", "podReplacementPolicy"});
    StackText body;
    body.map("labels", kube_labels(member(metadata, "labels")));
    if (out_.is_job()) job(spec, body);
    if (!out_.is_job()) service(spec, body);
    pod(taken(spec, "template"));
    spec.finish();
    out_.body = body.text() + schedule;
    if (out_.containers.empty()) return import_.notes.add(out_.place, "it has no container, and so it can't run");
    import_.workloads.push_back(std::move(out_));
  }

  void job(Section& spec, StackText& body) {
    body.set("timeout", seconds_of(spec, "activeDeadlineSeconds"));
    const auto tries = spec.text("backoffLimit");
    if (tries != "0") spec.note("backoffLimit", fmt::format("{}: a job runs once", tries.empty() ? "6" : tries));
    if (const auto ttl = spec.text("ttlSecondsAfterFinished"); !ttl.empty())
      spec.note("ttlSecondsAfterFinished", ttl + ": it stays until the job is changed or destroyed");
  }

  void service(Section& spec, StackText& body) {
    if (manifest_.kind == "DaemonSet") {
      body.set("daemon", "true");
      rolling(spec, "updateStrategy", body);
      return;
    }
    const auto replicas = parse_integer(spec.text("replicas"));
    out_.desired = replicas ? std::clamp<std::int64_t>(*replicas, 0, 10'000) : 1;
    if (manifest_.kind == "StatefulSet") {
      spec.ignore({"serviceName", "persistentVolumeClaimRetentionPolicy", "updateStrategy"});
      for (const auto& claim : spec.texts_of("volumeClaimTemplates", "metadata"))
        spec.note("volumeClaimTemplates", fmt::format("each copy kept a volume of its own ({})", claim));
      import_.notes.add(out_.place, "it becomes a plain service: its copies have neither fixed names nor volumes");
      return;
    }
    const auto deadline = seconds_of(spec, "progressDeadlineSeconds");
    out_.start_timeout = deadline.empty() ? "10m" : deadline == "2m" ? "" : deadline;
    rolling(spec, "strategy", body);
  }

  void rolling(Section& spec, const char* key, StackText& body) {
    Deploy deploy{.min = {}, .max = {}, .settle = seconds_of(spec, "minReadySeconds")};
    if (deploy.settle == "1s") deploy.settle.clear();
    Section strategy(taken(spec, key), spec.below(key), import_.notes);
    const auto type = strategy.text("type");
    Section limits(taken(strategy, "rollingUpdate"), strategy.below("rollingUpdate"), import_.notes);
    strategy.finish();
    if (type == "Recreate") {
      deploy.min = "0%";
      deploy.max = "100%";
    } else if (type == "OnDelete") {
      spec.note(key, "OnDelete: a changed service is rolled out");
    } else if (out_.desired) {
      read_limits(limits, *out_.desired, deploy);
    } else {
      read_limits_of_daemon(limits, deploy);
    }
    limits.finish();
    write(deploy, body);
  }

  static void read_limits_of_daemon(Section& limits, Deploy& deploy) {
    const auto fewer = limits.text("maxUnavailable");
    limits.ignore({"maxSurge"});
    if (!fewer.ends_with('%')) return;
    deploy.min = fmt::format("{}%", 100 - parse_integer(fewer.substr(0, fewer.size() - 1)).value_or(100));
    deploy.max = "100%";
  }

  void pod(const Json& json) {
    Section pod(json, out_.place + ".template", import_.notes);
    const auto& metadata = taken(pod, "metadata");
    const auto& labels = member(metadata, "labels");
    if (labels.is_object()) {
      for (const auto& [key, value] : labels.items()) out_.pod_labels[key] = text_of(value);
    }
    read_pod(taken(pod, "spec"), out_, import_);
    pod.finish();
  }

  const Manifest& manifest_;
  KubeImport& import_;
  Section object_;
  Workload out_;
};

}  // namespace

Pairs kube_labels(const Json& labels) {
  Pairs out;
  if (!labels.is_object()) return out;
  for (const auto& [key, value] : labels.items()) {
    const bool said = key.find("kubernetes.io/") != std::string::npos || key.find("k8s.io/") != std::string::npos ||
                      key.starts_with("helm.sh/") || key.starts_with("infra.");
    if (!said) out.emplace_back(key, text_literal(text_of(value)));
  }
  return out;
}

void read_workload(const Manifest& manifest, KubeImport& import) { WorkloadReader(manifest, import).read(); }

}  // namespace infra::importing
