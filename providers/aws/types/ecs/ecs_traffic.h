// How requests move from one target group to another while a service changes from the one to the other. A rule forwards
// to both meanwhile: the old one has all the weight until the service's new copies are healthy. A deployment that goes
// wrong never took any.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

// A rule's actions: what it sends requests to now, and `group` beside it.
Result<List> with_joined_group(const Call& call, const std::string& rule, const std::string& group);
// All requests of rules that forward to one of these groups go to these alone.
Result<Ok> move_traffic(const Call& call, const List& groups);

// The target groups of a rule, with traffic or without.
std::vector<std::string> groups_of(const Value& rule);

}  // namespace infra::aws
