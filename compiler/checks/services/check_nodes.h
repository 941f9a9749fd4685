// The machines that a use may run on, as far as files can say.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "compiler/checks/services/check_use.h"

namespace infra::checks {

struct Machine {
  std::string name;
  std::optional<Cpu> cpu;                       // nullopt: not known
  std::optional<Bytes> memory;                  // what is left for tasks: of an instance the most that it can register
  std::optional<Bytes> nominal = std::nullopt;  // what an instance is sold with
  std::int64_t interfaces = 0;                  // for tasks in awsvpc mode; 0: not known, or not limited
  bool trunks = false;                          // an account setting gives it more of these
  Span place;                                   // of what says so
};

// How many machines of one sort there are at least and at most.
struct Machines {
  std::vector<Machine> all;  // nodes: each; EC2: one that stands for all
  std::int64_t least = 0;
  std::int64_t most = 0;
  bool alike = false;  // `all` holds one that stands for all
  std::string group;   // uses with one group share their machines
  Span place;          // of what says how many
};

// nullopt: nothing is known of them (Fargate has none; Kubernetes' and those of a cluster without `ec2` aren't stated).
// Only machines that `place { where }` allows.
std::optional<Machines> machines_of(const Use& use);

}  // namespace infra::checks
