// What the types of EC2's API share: they are listed by tag, looked up by a filter, and have their tags in the answer.
#pragma once
#include <functional>
#include <string>

#include "providers/aws/aws_type.h"

namespace infra::aws {

struct Ec2Things {
  const char* operation;  // "DescribeVpcs"
  const char* set;        // "vpcSet"
  const char* id;         // "vpcId"
  const char* filter;     // "vpc-id"
  const char* resource;   // "vpc": as in the ARN
  bool pages = true;
};

// Fills `list`, `look` and `tag`; `read` sets state and outputs of what has its id and tags already.
void seen_by_ec2(Type& type, Ec2Things things, const std::function<void(const Value& item, Seen& seen)>& read);

// Deletes until nothing depends on it any more: what has been deleted a moment ago still counts for a while.
Result<Ok> delete_ec2(const Call& call, const char* operation, const char* parameter,
                      std::chrono::milliseconds patience = std::chrono::minutes(5));

Result<Ok> done(const Reply& reply);
// NotFound is as good: what is gone is destroyed.
Result<Ok> gone(const Reply& reply);

// An attribute whose change makes a new object.
Attribute fixed(std::string name, infra::Type type, std::string doc);
// The same of one object at a time, see Attribute::exclusive_in.
Attribute exclusive(Attribute attribute, std::string in = "");
Attribute fixed_optional(std::string name, const infra::Type& type, std::string doc);
Attribute changeable(std::string name, const infra::Type& type, std::string doc);
Attribute output(std::string name, std::string doc);
Attribute labels_attribute();

}  // namespace infra::aws
