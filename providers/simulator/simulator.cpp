#include "providers/simulator/simulator.h"

#include "providers/engine/host_platform.h"
#include "providers/simulator/simulated_provider.h"

namespace infra {
namespace {

class Simulator : public engine::HostPlatform {
 public:
  std::string kind() const override { return "simulator"; }
  Result<std::unique_ptr<Provider>> connect(ConnectContext context) const override {
    return simulator::connect(std::move(context));
  }
};

}  // namespace

std::shared_ptr<const Platform> simulator_platform() { return std::make_shared<Simulator>(); }

}  // namespace infra
