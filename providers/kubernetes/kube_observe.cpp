#include "providers/kubernetes/kube_observe.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "providers/at_once.h"
#include "providers/kubernetes/objects/condition.h"
#include "providers/kubernetes/objects/fields.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

// How many single reads are better than an error: of someone who may not list.
std::string place_of(const Value& inputs) {
  const auto space = text(to_api(inputs["namespace"]));
  const auto name = text(to_api(inputs["name"]));
  return space.empty() ? name : space + "/" + name;
}

using KnownById = std::unordered_map<std::string, const KnownObject*>;
using Objects = std::vector<ObservedObject>;

std::string key_of(const ObjectType& type, const std::string& id) { return type.schema.name + '\0' + id; }

// The objects of one type.
class TypeLook {
 public:
  TypeLook(Cluster& cluster, const Server& server, const std::vector<KnownObject>& known, const KnownById& by_id)
      : cluster_(cluster), server_(server), known_(known), by_id_(by_id) {}

  Result<Objects> look_at(const ObjectType& type) {
    auto refused = list(type, "");
    if (!refused) return std::move(refused).take_error("listing " + type.resource);
    if (*refused && (**refused).status == 403) {
      if (auto seen = look_closely(type); !seen) return std::move(seen).error();
    } else if (*refused) {
      return cluster_.refused(**refused, type, "list", {});
    }
    if (auto seen = look_at_missing(type); !seen) return std::move(seen).error();
    return std::move(out_);
  }

 private:
  // Each page is looked at while the next one is on its way. What a list that begins again shows once more is known.
  Result<std::optional<Reply>> list(const ObjectType& type, const std::string& space) {
    return cluster_.client().list({.path = path_of(server_.version_of(type), type.resource, space),
                                   .selector = "infra.lineage=" + cluster_.owner().lineage,
                                   .metadata_only = !type.in_full},
                                  [&](const std::vector<Json>& page, bool) -> Result<Ok> {
                                    for (const auto& object : page) {
                                      if (auto added = add(type, object); !added) return added;
                                    }
                                    return Ok{};
                                  });
  }

  // Someone who may not see the whole cluster sees the namespaces that the stack knows.
  Result<Ok> look_closely(const ObjectType& type) {
    std::set<std::string> spaces;
    for (const auto& one : known_) {
      if (one.type != type.schema.name || !type.namespaced) continue;
      if (auto inputs = one.inputs()) spaces.insert(text(to_api((*inputs)["namespace"])));
    }
    for (const auto& space : spaces) {
      auto refused = list(type, space);
      if (!refused) return std::move(refused).take_error("listing " + type.resource);
      if (*refused) return cluster_.refused(**refused, type, "list", {.space = space});
    }
    return Ok{};
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
    const auto at = by_id_.find(key_of(type, id));
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
    out_.push_back(std::move(out));
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
      out.changed.push_back(by.empty() ? path : fmt::format("{} by {}", path, by));
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
  const Server& server_;
  const std::vector<KnownObject>& known_;
  const KnownById& by_id_;
  Objects out_;
  std::set<std::string> seen_;  // ids
};

}  // namespace

Result<Observation> observe_cluster(Cluster& cluster, const std::vector<KnownObject>& known) {
  const auto server = cluster.server();
  if (!server) return server.error();
  KnownById by_id;
  for (const auto& one : known) {
    if (!one.id.empty()) by_id.emplace(one.type + '\0' + one.id, &one);
  }
  // All types at once: asked one after the other they would take the sum of their answers' ways.
  std::vector<std::future<Result<Objects>>> asked;
  for (const auto* type : object_types()) {
    if (server->version_of(*type).empty()) continue;
    asked.push_back(at_once([&, type] { return TypeLook(cluster, *server, known, by_id).look_at(*type); }));
  }
  Observation out;
  for (auto& answer : asked) {
    auto seen = answer.get();
    if (!seen) return std::move(seen).error();
    std::move(seen->begin(), seen->end(), std::back_inserter(out.objects));
  }
  std::sort(out.objects.begin(), out.objects.end(), [](const ObservedObject& a, const ObservedObject& b) {
    return std::tie(a.address, a.id) < std::tie(b.address, b.id);
  });
  return out;
}

}  // namespace infra::kubernetes
