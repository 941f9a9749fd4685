// The user's tags (`labels`) of an object that is there: a change of them changes nothing else.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

struct TagChange {
  Tags set;
  List removed;  // keys
};

// From the recorded labels to those that are asked for, and the new spec.
TagChange tag_change(const Call& call);

// Takes tags off an object; which call that is follows from the service in its ARN.
Result<Ok> untag(Account& account, const std::string& id, const List& keys);

}  // namespace infra::aws
