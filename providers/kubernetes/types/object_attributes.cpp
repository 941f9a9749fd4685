#include "providers/kubernetes/types/object_attributes.h"

#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

void add_common(std::vector<Attribute>& out, std::vector<Attribute> own) {
  out.push_back(fixed("name", types::string(), "Its name."));
  out.push_back(changeable("labels", types::map(types::string()).opt(), "Labels, beside those of infra."));
  out.push_back(changeable("annotations", types::map(types::string()).opt(), "Annotations, beside those of infra."));
  for (auto& attribute : own) out.push_back(std::move(attribute));
  out.push_back(
      lasting(output("uid", types::string(), "What the cluster tells it apart by from others of the same name.")));
}

}  // namespace

Attribute fixed(std::string name, Type type, std::string doc) {
  return {.name = std::move(name),
          .type = std::move(type),
          .doc = std::move(doc),
          .required = true,
          .change = OnChange::replace};
}

Attribute changeable(std::string name, Type type, std::string doc) {
  return {.name = std::move(name), .type = std::move(type), .doc = std::move(doc)};
}

Attribute output(std::string name, Type type, std::string doc) {
  return {.name = std::move(name), .type = std::move(type), .doc = std::move(doc), .computed = true};
}

Attribute lasting(Attribute attribute) {
  attribute.change = OnChange::replace;
  return attribute;
}

std::vector<Attribute> object_attributes(std::vector<Attribute> own) {
  std::vector<Attribute> out{fixed("namespace", types::string(), "The namespace that it lives in.")};
  add_common(out, std::move(own));
  return out;
}

std::vector<Attribute> cluster_attributes(std::vector<Attribute> own) {
  std::vector<Attribute> out;
  add_common(out, std::move(own));
  return out;
}

Attribute spec_attribute() { return changeable("spec", types::map(Type()), "What it shall be, in Kubernetes' words."); }

Attribute fixed_spec_attribute() {
  return fixed("spec", types::map(Type()), "What it shall be, in Kubernetes' words.");
}

Attribute addresses_attribute() {
  return output(std::string(kAddresses), types::list(types::string()),
                "Where it is reached from outside, once that is known.");
}

Attribute selector_attribute() {
  return fixed("selector", types::map(types::string()), "The labels by which it tells its pods from others.");
}

Attribute full_name_attribute() {
  return lasting(output("full_name", types::string(), "Its name in the cluster: `name`, with its token behind."));
}

Attribute rollback_attribute() {
  return changeable("rollback", types::boolean().opt(), "Go back to what was there before, if the rollout fails.");
}

}  // namespace infra::kubernetes
