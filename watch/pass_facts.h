// What a pass of the loop has seen of the record and the world before it changed anything: for the metrics.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apply/recorded_certificates.h"
#include "apply/session.h"
#include "providers/health.h"

namespace infra {

struct PassFacts {
  struct Service {
    std::optional<std::int64_t> wanted;                      // copies; nullopt: the platform decides
    std::array<std::size_t, Health::completed + 1> tasks{};  // so many are in each Health::Now
    bool failed = false;                                     // its last deployment failed or was rolled back
  };
  struct Certificate {
    std::string of;     // load_balancer.front
    std::string hosts;  // "shop.example, www.shop.example"
    UtcMoment expires;
  };
  std::size_t resources = 0;  // recorded
  std::size_t unreachable = 0;
  std::map<std::string, Service> services;  // by address; a job while it runs, too
  std::vector<Certificate> certificates;
};

PassFacts facts_of(const Prepared& prepared);

// For the pipe between a pass and its loop.
std::string to_json(const PassFacts& facts);
std::optional<PassFacts> pass_facts_from(const std::string& json);

}  // namespace infra
