// The labels by which our objects are found again.
#pragma once
#include <optional>
#include <string>

#include "providers/provider.h"

namespace infra::nodes {

// infra.stack, infra.lineage, infra.address, infra.token, infra.spec, and infra.type: containers inherit the labels of
// their image, so an image's labels alone don't make a container ours.
Map labels_for(const Ownership& owner, const CreateRequest& request);

// The same beside those of the input `labels`.
Map labels_with_own(const Ownership& owner, const CreateRequest& request);

// "filters=…" of a list call for one type's objects of this stack, URL-encoded.
std::string filters_for(const Ownership& owner, std::string_view type);

// What the labels of an object say of it; nullopt if it isn't a `type` of ours. The engine was asked for `owner`'s
// only, but what it lists is looked at all the same: another stack's object must never be taken for one of this.
struct LabelledObject {
  Address address;
  std::string token;
  std::string spec_hash;
};
std::optional<LabelledObject> read_labels(const Value& labels, const Ownership& owner, std::string_view type);

}  // namespace infra::nodes
