#include "providers/kubernetes/kubernetes_provider.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/kubernetes/kube_observe.h"
#include "providers/kubernetes/objects/object_rollout.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kLoadBalancer = 5min;  // until one must have an address
constexpr auto kController = 10s;     // for an address that may come later; the next plan takes it over then

bool is_silence(const Error& error) { return error.code == "E0631"; }

// Of REPOSITORY@DIGEST.
Map image_outputs(const std::string& ref) {
  Map out;
  out.set("digest", ref.substr(ref.rfind('@') + 1));
  out.set("ref", ref);
  return out;
}

std::string listed(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += "\n  " + line;
  return out;
}

}  // namespace

KubernetesProvider::KubernetesProvider(Access access, const ConnectContext& context, ImageBuilder build,
                                       std::string builder)
    : platform_(context.platform.name),
      cluster_(std::move(access), context.owner),
      sources_(context.sources),
      build_(std::move(build)),
      builder_(std::move(builder)) {}

Mark KubernetesProvider::mark(const CreateRequest& request) const {
  return {
      .owner = cluster_.owner(), .address = request.address, .token = request.token, .spec_hash = request.spec_hash};
}

KubernetesProvider::Memory KubernetesProvider::recall(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto at = memory_.find(id);
  return at != memory_.end() ? at->second : Memory{};
}

bool KubernetesProvider::is_recorded(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return recorded_.contains(id);
}

bool KubernetesProvider::is_read(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return read_.contains(id);
}

void KubernetesProvider::remember(const std::string& id, const std::function<void(Memory&)>& change) {
  const std::lock_guard lock(mutex_);
  change(memory_[id]);
}

Clock::duration KubernetesProvider::waited_for(const std::string& id) {
  const auto now = Clock::now();
  remember(id, [&](Memory& memory) {
    if (memory.waits_since == Clock::time_point{}) memory.waits_since = now;
  });
  return now - recall(id).waits_since;
}

std::string KubernetesProvider::place() const {
  const auto& access = cluster_.access();
  return access.context.empty() ? access.where : fmt::format("context {}, {}", access.context, access.target.base);
}

Result<Observation> KubernetesProvider::observe(const std::vector<KnownObject>& known) {
  {
    const std::lock_guard lock(mutex_);
    recorded_.clear();
    for (const auto& one : known) recorded_.insert(one.id);
  }
  auto seen = observe_cluster(cluster_, known);
  if (!seen && is_silence(seen.error())) {
    Observation silent;
    Observation::Unreachable unreachable{.where = "cluster of " + platform_, .error = std::move(seen).error()};
    for (const auto& one : known) unreachable.hidden.push_back(one.address);
    silent.unreachable.push_back(std::move(unreachable));
    return silent;
  }
  if (!seen) return seen;
  for (const auto& object : seen->objects) {
    const bool rolls = object.type == kDeployment || object.type == kDaemonSet;
    if (object.changed.empty() && !rolls) continue;
    remember(object.id, [&](Memory& memory) {
      memory.drifted = object.changed;
      memory.former_spec = object.spec_hash;
      memory.former_ran = object.rollout && object.rollout->verdict == RolloutSeen::done;
    });
  }
  for (const auto& one : known) {
    if (one.type != kImage || one.id.empty()) continue;
    // Where it was pushed may not be reached from here; a pod that can't pull it says so.
    seen->objects.push_back({.address = one.address, .type = one.type, .id = one.id, .outputs = image_outputs(one.id)});
  }
  std::sort(seen->objects.begin(), seen->objects.end(), [](const ObservedObject& a, const ObservedObject& b) {
    return std::tie(a.address, a.id) < std::tie(b.address, b.id);
  });
  return seen;
}

Result<Observation> KubernetesProvider::poll(const std::vector<KnownObject>& objects) {
  Observation out;
  for (const auto& one : objects) {
    const auto* type = find_object_type(one.type);
    if (type == nullptr) continue;
    const auto id = ObjectId::parse(one.id);
    auto object = cluster_.read(*type, id);
    if (!object) return std::move(object).error();
    if (!*object || ObjectId::of(**object).uid != id.uid) {
      out.objects.push_back({.address = one.address,
                             .type = one.type,
                             .id = one.id,
                             .health = {.now = Health::stopped, .detail = "gone: somebody deleted it"}});
      continue;
    }
    auto seen = watch(*type, one, **object);
    if (!seen) return std::move(seen).error();
    out.objects.push_back(*std::move(seen));
  }
  return out;
}

Result<ObservedObject> KubernetesProvider::watch(const ObjectType& type, const KnownObject& one, const Json& object) {
  auto seen = seen_of(type, object);
  const auto mark = mark_of(object);
  ObservedObject out{.address = one.address,
                     .type = one.type,
                     .id = one.id,
                     .spec_hash = mark ? mark->spec_hash : "",
                     .health = std::move(seen.health),
                     .outputs = std::move(seen.outputs)};
  if (rolls_out(type) && out.health.now != Health::stopping) {
    auto news = news_of(cluster_, type, object);
    if (!news) return std::move(news).error();
    RolloutSeen rollout{.verdict = news->verdict, .progress = news->progress, .reason = news->reason};
    if (rollout.verdict == RolloutSeen::failed) {
      auto back = roll_back(type, one, object);
      if (!back) {
        rollout.reason += "; going back failed as well: " + back.error().message;
      } else {
        if (*back) out.spec_hash = recall(one.id).former_spec;
        rollout.reason += *back ? "; it was rolled back, and what ran before goes on"
                                : "; there is nothing to go back to, so it stays until the next apply";
      }
      if (!news->log.empty()) rollout.reason += "; its log ends with" + news->log;
    }
    out.rollout = std::move(rollout);
  } else if (type.schema.name == kJob && out.health.now != Health::completed) {
    auto trouble = trouble_of_job(cluster_, object);
    if (!trouble) return std::move(trouble).error();
    if (trouble->failed) out.health = {.now = Health::stopped, .detail = trouble->text};
    if (!trouble->failed && !trouble->text.empty()) out.health.detail = trouble->text;
  } else if (type.schema.name == kService && out.health.now == Health::starting) {
    if (waited_for(one.id) > kLoadBalancer) {
      out.health = {.now = Health::unhealthy,
                    .detail = fmt::format("without an address after {} min: does the cluster have load balancers?{}",
                                          kLoadBalancer.count(), listed(events_of(cluster_, object, 5)))};
    }
  }
  const bool awaited = lacks_address(type, *out.outputs.map()) && out.health.now == Health::healthy;
  if (awaited && waited_for(one.id) < kController) out.health = waits_for_address();
  return out;
}

// Applies what it was made from before: its old pods are still there, and stay.
Result<bool> KubernetesProvider::roll_back(const ObjectType& type, const KnownObject& one, const Json& object) {
  const auto memory = recall(one.id);
  if (memory.former.map() == nullptr || !memory.former_ran || memory.former["rollback"] == Value(false)) return false;
  const auto server = cluster_.server();
  if (!server) return server.error();
  const auto mark = mark_of(object);
  auto manifest = to_manifest(type, memory.former,
                              {.owner = cluster_.owner(),
                               .address = one.address,
                               .token = mark ? mark->token : "",
                               .spec_hash = memory.former_spec},
                              *server);
  manifest.body["metadata"]["uid"] = ObjectId::parse(one.id).uid;
  const auto applied = cluster_.apply(type, manifest.body, {.force = true});
  if (!applied) return applied.error();
  if (!*applied) return cluster_.refused(*applied, type, "patch", ObjectId::parse(one.id));
  remember(one.id, [](Memory& done) { done.former = Value(); });
  return true;
}

std::string KubernetesProvider::diagnose(const ExistingObject& existing) {
  const auto* type = find_object_type(existing.type);
  if (type == nullptr) return {};
  auto object = cluster_.read(*type, ObjectId::parse(existing.id));
  if (!object || !*object) return {};
  if (rolls_out(*type)) {
    auto news = news_of(cluster_, *type, **object);
    if (news && !news->reason.empty()) return news->reason + news->log;
  }
  std::string out;
  for (const auto& event : events_of(cluster_, **object, 3)) out += (out.empty() ? "" : "; ") + event;
  return out;
}

}  // namespace infra::kubernetes
