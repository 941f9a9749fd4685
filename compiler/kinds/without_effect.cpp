#include "compiler/kinds/without_effect.h"

namespace infra {

namespace {

const std::vector<std::string> kHosts = {"nodes", "simulator"};
const std::vector<std::string> kAllButAws = {"nodes", "simulator", "kubernetes"};

// Of what is no object: nothing to name, to label, or to keep.
const std::vector<std::string> kObject = {"name", "labels", "protect", "keep", "replace", "ignore"};
const std::vector<std::string> kFate = {"protect", "keep", "replace", "ignore"};

}  // namespace

const std::vector<WithoutEffect>& without_effect() {
  static const std::vector<WithoutEffect> kAll = {
      {"cluster", kObject, kHosts, "the cluster is the platform's nodes"},
      {"image",
       {"name"},
       {},
       "it is called as its repository is",
       "name the repository: repository web { name = \"team/web\" }"},
      {"job", {"replace"}, kHosts, "a run ends by itself, and what it goes before stays while it runs again"},
      {"job", {"subnets"}, {"kubernetes"}, "nothing calls a job's pods, and they have the cluster's addresses"},
      {"listener", kObject, kAllButAws, "it is a part of its load balancer"},
      {"load_balancer", {"subnets"}, {"kubernetes"}, "its controller and its addresses are the cluster's"},
      {"registry", kObject, {"aws"}, "ECR is one registry for the whole account"},
      {"repository", {"labels"}, kHosts, "a registry has no labels"},
      {"repository",
       {"labels", "protect", "keep", "replace", "ignore"},
       {"kubernetes"},
       "it is a name in a registry that exists; a push makes it"},
      {"secret", kObject, kHosts, "engines keep no secrets: a container is given what it holds"},
      {"subnet", {"zone"}, {"simulator"}, "simulated nodes are in no zones"},
      {"subnet",
       {"cidr", "zone", "name", "labels", "protect", "keep", "replace", "ignore"},
       {"kubernetes"},
       "pods have the cluster's addresses; it only says what can be reached from outside"},
      {"task", {"name"}, kAllButAws, "it is what its services and jobs run, and these have names"},
      {"task", {"ignore"}, {"kubernetes"}, "its containers are a part of each workload, which is applied as a whole"},
      {"task", {"protect", "keep", "replace"}, kAllButAws, "it is what its services and jobs run"},
      {"vpc", {"name", "cidr"}, kHosts, "its subnets are the networks, with names and addresses of their own"},
      {"vpc", kFate, {"simulator"}, "its subnets are the networks"},
      {"vpc", {"cidr", "labels"}, {"kubernetes"}, "it is a rule of who reaches its clusters' namespaces"},
      {"vpc", kFate, {"kubernetes"}, "it is a rule of who reaches its clusters' namespaces"},
  };
  return kAll;
}

}  // namespace infra
