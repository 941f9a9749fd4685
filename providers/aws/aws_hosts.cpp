#include "providers/aws/aws_type.h"

namespace infra::aws {

namespace {

bool is_arn_of(const std::string& text, std::string_view service, std::string_view resource) {
  const auto arn = parse_arn(text);
  return arn.service == service && arn.resource.starts_with(resource);
}

}  // namespace

void Hosts::take(const Value& inputs) {
  const auto cluster = text_of(inputs["cluster"]);
  const auto listener = text_of(inputs["listener"]);
  const auto family = text_of(inputs["family"]);
  const std::scoped_lock lock(guard_);
  if (is_arn_of(cluster, "ecs", "cluster/")) clusters_.insert(cluster);
  if (is_arn_of(listener, "elasticloadbalancing", "listener/")) listeners_.insert(listener);
  if (!family.empty()) families_.insert(family);
}

void Hosts::take_cluster_of(const Identity& identity, std::string_view id) {
  // arn:…:service/CLUSTER/NAME, arn:…:task/CLUSTER/ID
  const auto arn = parse_arn(id);
  const auto first = arn.resource.find('/');
  const auto second = arn.resource.find('/', first + 1);
  if (arn.service != "ecs" || second == std::string_view::npos) return;
  const auto kind = arn.resource.substr(0, first);
  if (kind != "service" && kind != "task") return;
  const auto name = arn.resource.substr(first + 1, second - first - 1);
  const std::scoped_lock lock(guard_);
  clusters_.insert(identity.arn_of("ecs", "cluster/" + std::string(name)));
}

std::set<std::string> Hosts::clusters() const {
  const std::scoped_lock lock(guard_);
  return clusters_;
}

std::set<std::string> Hosts::listeners() const {
  const std::scoped_lock lock(guard_);
  return listeners_;
}

std::set<std::string> Hosts::families() const {
  const std::scoped_lock lock(guard_);
  return families_;
}

}  // namespace infra::aws
