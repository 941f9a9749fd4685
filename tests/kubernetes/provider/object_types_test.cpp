#include <algorithm>
#include <catch2/catch.hpp>

#include "providers/kubernetes/objects/object_schemas.h"
#include "providers/kubernetes/objects/object_type.h"

using namespace infra;
using namespace infra::kubernetes;

TEST_CASE("the types of Kubernetes are sorted, and each has a name that is fixed") {
  const auto& all = type_schemas();
  CHECK(std::is_sorted(all.begin(), all.end(), [](const Schema& a, const Schema& b) { return a.name < b.name; }));
  for (const auto* type : object_types()) {
    INFO(type->schema.name);
    CHECK(find_object_type(type->schema.name) == type);
    REQUIRE(type->schema.attribute("name") != nullptr);
    CHECK(type->schema.attribute("name")->change == OnChange::replace);
    CHECK((type->schema.attribute("namespace") != nullptr) == type->namespaced);
    CHECK_FALSE(type->versions.empty());
  }
}

TEST_CASE("what Kubernetes can't change is made anew") {
  const auto change = [](std::string_view type, std::string_view attribute) {
    return find_object_type(type)->schema.attribute(attribute)->change;
  };
  CHECK(change(kJob, "spec") == OnChange::replace);
  CHECK(change(kSecret, "data") == OnChange::replace);
  CHECK(change(kConfigMap, "data") == OnChange::replace);
  CHECK(change(kDeployment, "spec") == OnChange::update);
}
