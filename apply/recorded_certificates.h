// The certificates that the state records, and when they end: for `infra ps` and the metrics of a loop.
#pragma once
#include <string>
#include <vector>

#include "base/text/rfc3339.h"
#include "base/values/address.h"
#include "state/state.h"

namespace infra {

struct RecordedCertificate {
  Address part;  // load_balancer.front/certificate.safe
  std::vector<std::string> hosts;
  UtcMoment expires = {};
};

// Those that load balancers have by ACME; sorted by address. A damaged record is left out: the plan reports it.
std::vector<RecordedCertificate> recorded_certificates(const Snapshot& state);

}  // namespace infra
