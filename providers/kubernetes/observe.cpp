#include "providers/kubernetes/observe.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "providers/kubernetes/objects/condition.h"
#include "providers/kubernetes/objects/fields.h"
#include "providers/kubernetes/objects/type_schemas.h"

namespace infra::kubernetes {

namespace {

// How many single reads are better than an error: of someone who may not list.
std::string place_of(const Value& inputs) {
  const auto space = text(to_api(inputs["namespace"]));
  const auto name = text(to_api(inputs["name"]));
  return space.empty() ? name : space + "/" + name;
}

class Look {
 public:
  Look(Cluster& cluster, const std::vector<KnownObject>& known, Observation& out)
      : cluster_(cluster), known_(known), out_(out) {
    for (const auto& one : known) {
      if (!one.id.empty()) by_id_.emplace(one.type + '\0' + one.id, &one);
    }
  }

  Result<Ok> look() {
    const auto server = cluster_.server();
    if (!server) return server.error();
    server_ = *server;
    for (const auto* type : object_types()) {
      if (auto seen = look_at(*type); !seen) return seen;
    }
    std::sort(out_.objects.begin(), out_.objects.end(), [](const ObservedObject& a, const ObservedObject& b) {
      return std::tie(a.address, a.id) < std::tie(b.address, b.id);
    });
    return Ok{};
  }

 private:
  Result<Ok> look_at(const ObjectType& type) {
    const auto version = server_.version_of(type);
    if (version.empty()) return Ok{};
    seen_.clear();
    const auto selector = "infra.lineage=" + cluster_.owner().lineage;
    std::vector<Json> objects;
    auto refused = cluster_.client().list(
        {.path = path_of(version, type.resource, ""), .selector = selector, .metadata_only = !type.in_full}, objects);
    if (!refused) return std::move(refused).take_error("listing " + type.resource);
    if (*refused && (**refused).status == 403) return look_closely(type, version);
    if (*refused) {
      return cluster_.refused(**refused, type, "list", {});
    }
    for (const auto& object : objects) {
      if (auto added = add(type, object); !added) return added;
    }
    return look_at_missing(type);
  }

  // Someone who may not see the whole cluster sees the namespaces that the stack knows.
  Result<Ok> look_closely(const ObjectType& type, const std::string& version) {
    std::set<std::string> spaces;
    for (const auto& one : known_) {
      if (one.type != type.schema.name || !type.namespaced) continue;
      if (auto inputs = one.inputs()) spaces.insert(text(to_api((*inputs)["namespace"])));
    }
    for (const auto& space : spaces) {
      std::vector<Json> objects;
      auto refused = cluster_.client().list({.path = path_of(version, type.resource, space),
                                             .selector = "infra.lineage=" + cluster_.owner().lineage,
                                             .metadata_only = !type.in_full},
                                            objects);
      if (!refused) return std::move(refused).take_error("listing " + type.resource);
      if (*refused) return cluster_.refused(**refused, type, "list", {.space = space});
      for (const auto& object : objects) {
        if (auto added = add(type, object); !added) return added;
      }
    }
    return look_at_missing(type);
  }

  // What is recorded, or was about to be made, and wasn't listed: its labels were taken away, or it is gone.
  Result<Ok> look_at_missing(const ObjectType& type) {
    for (const auto& one : known_) {
      if (one.type != type.schema.name || seen_.contains(one.id)) continue;
      auto id = ObjectId::parse(one.id);
      if (one.id.empty()) {
        if (is_named_anew(type)) continue;  // it can be found by its labels alone
        auto inputs = one.inputs();
        if (!inputs) return std::move(inputs).error();
        id = ObjectId::parse(place_of(*inputs));
      }
      auto object = cluster_.read(type, id);
      if (!object) return std::move(object).take_error("looking at " + id.text());
      if (!*object || (!one.id.empty() && ObjectId::of(**object).uid != id.uid)) {
        continue;
      }
      if (auto added = add(type, **object); !added) return added;
    }
    return Ok{};
  }

  Result<Ok> add(const ObjectType& type, const Json& object) {
    const auto id = ObjectId::of(object).text();
    if (!seen_.insert(id).second) return Ok{};
    const auto at = by_id_.find(type.schema.name + '\0' + id);
    const auto* known = at != by_id_.end() ? at->second : nullptr;
    const auto mark = mark_of(object);
    const bool ours = mark && mark->owner == cluster_.owner() && is_managed_by_us(object);
    if (known == nullptr && !ours) return Ok{};
    auto seen = seen_of(type, object);
    ObservedObject out{.address = known != nullptr ? known->address : mark->address,
                       .type = type.schema.name,
                       .id = id,
                       .token = ours ? mark->token : "",
                       .spec_hash = ours ? mark->spec_hash : "",
                       .health = std::move(seen.health),
                       .outputs = std::move(seen.outputs)};
    if (rolls_out(type)) {
      out.rollout = RolloutSeen{.verdict = has_run(type, object) ? RolloutSeen::done : RolloutSeen::running};
    }
    if (known != nullptr && out.health.now != Health::stopping) {
      if (auto told = tell_changes(type, object, *known, out); !told) return told;
    }
    tell_trouble(type, object, out);
    out_.objects.push_back(std::move(out));
    return Ok{};
  }

  // What it was made from says which fields are ours; those that aren't any more were changed by somebody.
  Result<Ok> tell_changes(const ObjectType& type, const Json& object, const KnownObject& known, ObservedObject& out) {
    auto inputs = known.inputs();
    if (!inputs) return std::move(inputs).error();
    if (inputs->map() == nullptr || inputs->map()->empty()) return Ok{};
    const Mark mark{.owner = cluster_.owner(), .address = known.address};
    const auto manifest = to_manifest(type, *inputs, mark, server_);
    auto lost = lost_fields(manifest.body, object);
    // Older servers don't say that somebody has scaled.
    const auto& stated = get(manifest.body, "spec", "replicas");
    if (lost.empty() && !stated.is_null() && type.in_full && get(object, "spec", "replicas") != stated) {
      lost.emplace_back("spec.replicas");
    }
    for (const auto& path : lost) {
      const auto by = manager_of(object, path);
      out.changed.push_back(by.empty() ? path : path + " by " + by);
    }
    if (!lost.empty()) return Ok{};
    for (const auto& [manager, field] : foreign_fields(object)) {
      tell(out, fmt::format("{} has `{}`, which {} set and this stack doesn't: it stays", known.address.owner().text(),
                            field, manager));
    }
    return Ok{};
  }

  static void tell(ObservedObject& object, const std::string& sentence) {
    if (!object.rollout) object.rollout = RolloutSeen{.verdict = RolloutSeen::done};
    object.rollout->reason += (object.rollout->reason.empty() ? "" : "; ") + sentence;
  }

  // Told, and nothing is done: the cluster goes on trying by itself.
  static void tell_trouble(const ObjectType& type, const Json& object, ObservedObject& out) {
    if (!rolls_out(type) || out.health.now != Health::starting) return;
    const auto& progressing = condition_of(object, "Progressing");
    const auto& failure = condition_of(object, "ReplicaFailure");
    std::string why;
    if (text(get(progressing, "status")) == "False") why = text(get(progressing, "message"));
    if (text(get(failure, "status")) == "True") why = text(get(failure, "message"));
    if (!why.empty()) {
      tell(out, fmt::format("{} isn't well: {}; {}", out.address.owner().text(), out.health.detail, why));
    }
  }

  Cluster& cluster_;
  const std::vector<KnownObject>& known_;
  Observation& out_;
  Server server_;
  std::unordered_map<std::string, const KnownObject*> by_id_;
  std::set<std::string> seen_;  // ids of the type that is being looked at
};

}  // namespace

Result<Observation> observe_cluster(Cluster& cluster, const std::vector<KnownObject>& known) {
  Observation out;
  auto looked = Look(cluster, known, out).look();
  if (!looked) return std::move(looked).error();
  return out;
}

}  // namespace infra::kubernetes
