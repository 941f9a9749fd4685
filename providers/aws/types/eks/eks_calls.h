// What the types of EKS share.
#pragma once
#include <string>

#include "providers/aws/aws_type.h"

namespace infra::aws {

// The operations of what belongs to a cluster: node groups and Fargate profiles.
struct EksParts {
  const char* list;      // "ListNodegroups"
  const char* names;     // of its answer: "nodegroups"
  const char* describe;  // "DescribeNodegroup"
  const char* record;    // of its answer: "nodegroup"
  const char* remove;    // "DeleteNodegroup"
  const char* name;      // the parameter: "nodegroupName"
};

// {{"clusterName", "shop-main"}, {"nodegroupName", "…"}} of ….:nodegroup/shop-main/NAME/UUID.
Map eks_part(const EksParts& parts, std::string_view arn);

// Those of all clusters of this stack. `read` fills in what of the record isn't the same for all.
using ReadEks = std::function<Seen(const Value& record)>;
Objects list_eks_parts(Account& account, const EksParts& parts, const ReadEks& read);
Result<std::optional<Seen>> look_at_eks_part(Account& account, const EksParts& parts, std::string_view arn,
                                             const ReadEks& read);
// Deletes, and waits until it is gone: roles and subnets can't go before.
Result<Ok> destroy_eks_part(Call& call, const EksParts& parts);

// "CREATING" and its kin.
State eks_state(const std::string& status);
Result<Ok> tag_in_eks(Account& account, const std::string& id, const Tags& tags);

// The cluster as EKS shows it, or null if there is none of this name.
Result<Value> find_eks_cluster(Account& account, const std::string& name);
// The names of this stack's clusters.
Result<std::vector<std::string>> own_eks_clusters(Account& account);

// A cluster takes one change after the other, and so do its profiles.
bool eks_is_busy(const Fault& fault);

struct EksEnd {
  const char* remove;    // "DeleteCluster"
  const char* describe;  // "DescribeCluster"
  const char* record;    // of its answer: "cluster"
  Map which;             // the parameters of both
  std::string name;      // for messages
  std::chrono::seconds every;
  std::chrono::minutes busy;  // how long something else may go on with it
  std::chrono::minutes deadline;
};
// Deletes, and waits until it is gone. What is gone already is no fault.
Result<Ok> end_in_eks(Call& call, const EksEnd& end);

}  // namespace infra::aws
