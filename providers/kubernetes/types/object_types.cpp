#include <algorithm>

#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const std::vector<const ObjectType*>& object_types() {
  static const std::vector<const ObjectType*> all{
      &config_map_type(), &cron_job_type(),       &daemon_set_type(),
      &deployment_type(), &gateway_type(),        &horizontal_pod_autoscaler_type(),
      &http_route_type(), &ingress_type(),        &job_type(),
      &namespace_type(),  &network_policy_type(), &pod_disruption_budget_type(),
      &secret_type(),     &service_type()};
  return all;
}

const ObjectType* find_object_type(std::string_view name) {
  for (const auto* type : object_types()) {
    if (type->schema.name == name) return type;
  }
  return nullptr;
}

const std::vector<Schema>& type_schemas() {
  static const std::vector<Schema> all = [] {
    std::vector<Schema> out{image_schema()};
    for (const auto* type : object_types()) out.push_back(type->schema);
    std::sort(out.begin(), out.end(), [](const Schema& a, const Schema& b) { return a.name < b.name; });
    return out;
  }();
  return all;
}

}  // namespace infra::kubernetes
