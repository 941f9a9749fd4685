// Looks at all that somebody waits for: one for each place at a time, at the pace that its provider names.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "apply/deployments/deployment_run.h"
#include "apply/execute/ledger.h"
#include "apply/execute/polling.h"
#include "apply/execute/waits.h"
#include "apply/execute/worker_pool.h"

namespace infra {

// So many are under way at once: each node of a platform may be a place.
std::size_t looks_for(const Execution& execution);

class Looks {
 public:
  using Runs = std::vector<std::unique_ptr<DeploymentRun>>;
  Looks(const Execution& execution, const Waits& waits, const Runs& runs, const Ledger& ledger)
      : providers_(execution.providers), most_(looks_for(execution)), waits_(waits), runs_(runs), ledger_(ledger) {}

  // Those that are due, numbered after `calls`; those first whose last one is longest ago. `busy`: things are being
  // made.
  std::vector<ProviderCall> begin(std::size_t& calls, bool busy);
  Spot end(std::size_t call) { return watch_.end(call, Watch::Clock::now()); }
  [[nodiscard]] bool any() const { return watch_.looking() != 0; }

 private:
  [[nodiscard]] std::string place_of(const Provider& provider, const RecordedResource& row);

  const std::map<std::string, std::unique_ptr<Provider>>& providers_;
  std::size_t most_;
  const Waits& waits_;
  const Runs& runs_;
  const Ledger& ledger_;
  Watch watch_;
  std::unordered_map<std::string, std::string> places_;  // by an object's id
};

}  // namespace infra
