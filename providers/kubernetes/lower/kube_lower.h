// Declarations to objects of Kubernetes. One function a kind, in a file of its name; the table is in kube_lower.cpp.
// Pure: what it gives is neutral, in the field names of the newest version of the API; the provider writes it for the
// version that the server has.
#pragma once
#include <string>

#include "providers/engine/lowering.h"
#include "providers/provider.h"

namespace infra::kubernetes {

using engine::Lowering;

bool serves(std::string_view kind);
Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics);

Lowered lower_cluster(const Lowering& lowering);
Lowered lower_image(const Lowering& lowering);
Lowered lower_job(const Lowering& lowering);
Lowered lower_listener(const Lowering& lowering);
Lowered lower_load_balancer(const Lowering& lowering);
Lowered lower_registry(const Lowering& lowering);
Lowered lower_repository(const Lowering& lowering);
Lowered lower_secret(const Lowering& lowering);
Lowered lower_service(const Lowering& lowering);
Lowered lower_subnet(const Lowering& lowering);
Lowered lower_task(const Lowering& lowering);
Lowered lower_vpc(const Lowering& lowering);

// What they share (kube_parts.cpp).

inline Map entries(std::initializer_list<Entry> list) { return Map(std::vector<Entry>(list)); }
inline std::int64_t seconds_up(const Value& value) {
  const auto* time = value.get<Duration>();
  return time != nullptr ? (time->ms + 999) / 1000 : 0;
}

// The output of a part of a declaration: part_of(*secret, "core", "name").
Value part_of(const Resource& owner, std::string part, std::string output);

// What the provider names anew stands beside its successor, as does what gets a new name with a new address.
enum class Naming { anew, by_address };
// A part with a name in a namespace, and the declaration's labels. `body` is the rest of its inputs.
struct Object {
  std::string part;
  std::string type;
  std::string space;  // the namespace; empty: it is in none
  std::string name;
  Map body;
  Naming naming = Naming::by_address;
};
LoweredResource make_object(const Lowering& lowering, Object object);

// A declaration's labels: those that Kubernetes takes as labels, and the others, which become annotations.
struct Marks {
  Map labels;
  Map annotations;
};
Marks marks_of(const Lowering& lowering, const Resource& resource);

const Resource* cluster_of(const Lowering& lowering, const Resource& runner);
// The services and jobs of a task.
std::vector<const Resource*> users_of(const Lowering& lowering, const Resource& task);
// The clusters on whose namespaces `uses` is true of one of their services and jobs, by address.
std::vector<const Resource*> clusters_with(const Lowering& lowering,
                                           const std::function<bool(const Resource& task)>& uses);

}  // namespace infra::kubernetes
