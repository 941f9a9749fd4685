// What needs each other in a circle: none of it could be the first.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

namespace infra::importing {

using Needs = std::map<std::string, std::set<std::string>>;  // each with what must be there before it

// Each needs the next, and the last is the first again; empty if there is no such circle.
std::vector<std::string> circle_of(Needs needs);

}  // namespace infra::importing
