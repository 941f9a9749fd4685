// What the types of Elastic Load Balancing share: objects are listed whole, their tags twenty at once.
#pragma once
#include <functional>
#include <map>

#include "providers/aws/aws_type.h"

namespace infra::aws {

inline constexpr const char* kElb = "elasticloadbalancing";

// Those of the items that are this stack's and of this type, with their tags. `read` as for seen_by_ec2.
Objects own_of_elb(Account& account, const List& items, const char* arn_member, const std::string& type,
                   const std::function<void(const Value&, Seen&)>& read);
Result<Ok> tag_in_elb(Account& account, const std::string& id, const Tags& tags);
// All listeners of this stack's load balancers, and others' that it has rules on.
Result<List> all_listeners(Account& account);
Result<List> listeners_of_balancer(Account& account, const std::string& arn);
Result<List> rules_of_listener(Account& account, const Value& arn);
// Their tags by ARN.
Result<std::map<std::string, Tags>> tags_of_arns(Account& account, const List& arns);
// "Describe…" of one ARN.
Result<std::optional<Seen>> look_in_elb(Account& account, const std::string& id, const char* operation,
                                        const char* parameter, const char* items,
                                        const std::function<void(const Value&, Seen&)>& read);

// The ARN of a load balancer or target group of this name; empty: there is none.
Result<std::string> find_in_elb(Account& account, const std::string& name, const char* operation, const char* items,
                                const char* arn);

}  // namespace infra::aws
