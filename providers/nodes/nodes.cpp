#include "providers/nodes/nodes.h"

#include "providers/engine/host_platform.h"
#include "providers/nodes/nodes_provider.h"

namespace infra {

namespace {

class NodesPlatform : public engine::HostPlatform {
 public:
  std::string kind() const override { return "nodes"; }
  Result<std::unique_ptr<Provider>> connect(ConnectContext context) const override {
    auto provider = nodes::NodesProvider::open(std::move(context));
    if (!provider) return std::move(provider).error();
    return std::unique_ptr<Provider>(*std::move(provider));
  }
};

}  // namespace

std::shared_ptr<const Platform> nodes_platform() { return std::make_shared<NodesPlatform>(); }

}  // namespace infra
