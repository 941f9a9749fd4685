// Revisions of task definitions that somebody else made: CI registers one with another image and lets a service run it.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

struct Revision {
  Value definition;  // as DescribeTaskDefinition answers
  Tags tags = {};
  bool active = false;
};

// The ARNs of all that are ACTIVE in the account, if so few calls list them; else nullopt.
Result<std::optional<std::set<std::string>>> active_revisions(Account& account, std::size_t most_calls);

// By family, FAMILY:REVISION or ARN; nullopt: there is none.
Result<std::optional<Revision>> describe_revision(Account& account, const std::string& name);

// The families that may have revisions of this stack.
Result<std::set<std::string>> families_in_use(Account& account);

// `definition` without what AWS says beside what was asked for.
Map as_asked_for(const Value& definition);

// "web:19" of …:task-definition/web:19.
std::string last_of_arn(const std::string& arn);

// A service that runs another revision than was recorded: drift with whose it is, or none if the two differ only in
// images that are kept (input `kept_images`).
Result<Ok> compare_revision(Account& account, const Known& known, Seen& service);

// `definition` with the images that services run now. `kept`: {container, cluster, service}; a service that isn't there
// leaves the image as declared.
Result<Map> with_running_images(const Call& call, const Value& definition, const List& kept);

}  // namespace infra::aws
