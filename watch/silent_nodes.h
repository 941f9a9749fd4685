// What can't be measured while nodes don't answer.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "providers/live.h"
#include "state/state.h"

namespace infra {

struct SilentNodes {
  // Services with copies there, by name ("service.api"), and where: "node b of here". The mean of their other copies
  // isn't theirs, and whether those there still run nobody knows.
  std::map<std::string, std::string> services;
  // Where a load balancer stands or may stand, without whose count nobody knows how many requests there were.
  std::string balancer;
};

// Of one platform, by what is recorded.
Result<SilentNodes> silent_nodes(const std::vector<RecordedResource>& rows, const std::string& platform,
                                 const std::vector<Live::Unreachable>& silent);

}  // namespace infra
