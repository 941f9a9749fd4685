#include "providers/nodes/labels.h"

#include <fmt/format.h>

#include "base/values/codec.h"
#include "providers/http.h"

namespace infra::nodes {

Map labels_for(const Ownership& owner, const CreateRequest& request) {
  return Map({{"infra.stack", owner.stack},
              {"infra.lineage", owner.lineage},
              {"infra.address", request.address.text()},
              {"infra.token", request.token},
              {"infra.spec", request.spec_hash},
              {"infra.type", request.type}});
}

Map labels_with_own(const Ownership& owner, const CreateRequest& request) {
  const auto* own = request.inputs["labels"].map();
  auto out = own != nullptr ? *own : Map();
  for (const auto& [name, value] : labels_for(owner, request)) out.set(name, value);
  return out;
}

std::string filters_for(const Ownership& owner, std::string_view type) {
  const Value filters = Map(std::vector<Entry>{
      {"label", List({fmt::format("infra.stack={}", owner.stack), fmt::format("infra.lineage={}", owner.lineage),
                      fmt::format("infra.type={}", type)})}});
  return "filters=" + http::url_encoded(to_plain_json(filters));
}

std::optional<LabelledObject> read_labels(const Value& labels, const Ownership& owner, std::string_view type) {
  auto text = [&](std::string_view name) {
    const auto* value = labels[name].string();
    return value != nullptr ? *value : std::string();
  };
  if (text("infra.type") != type) return std::nullopt;
  if (text("infra.stack") != owner.stack || text("infra.lineage") != owner.lineage) return std::nullopt;
  auto address = Address::parse(text("infra.address"));
  if (!address) return std::nullopt;
  return LabelledObject{.address = *std::move(address), .token = text("infra.token"), .spec_hash = text("infra.spec")};
}

}  // namespace infra::nodes
