// What the tree says of one declaration, gathered over its parts.
#pragma once
#include <string>
#include <vector>

#include "planner/plan.h"

namespace infra {

// "2 of 3 containers will be replaced"; empty if the declaration's own line says it all.
std::string parts_note(const Plan& plan, const OwnerChange& owner);

// What all parts have in common stands once; where they differ, `several` says so.
struct CommonAttribute {
  AttributeChange change;
  bool several_before = false;
  bool several_after = false;
};
// Of a new declaration the few that tell what it is; else all that change.
std::vector<CommonAttribute> common_attributes(const Plan& plan, const OwnerChange& owner);

// The reasons that say more than the line itself, each once, in the order of the parts.
std::vector<std::string> telling_reasons(const Plan& plan, const OwnerChange& owner);
std::vector<std::string> telling_reasons(const Plan& plan, const Change& change);

}  // namespace infra
