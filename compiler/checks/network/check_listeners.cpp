#include "compiler/checks/network/check_listeners.h"

namespace infra::checks {

const std::string& protocol_of(const Resource& listener) {
  static const std::string kUnknown;
  const auto* protocol = listener.config["protocol"].string();
  return protocol != nullptr ? *protocol : kUnknown;
}

bool speaks_http(const Resource& listener) {
  const auto& protocol = protocol_of(listener);
  return protocol == "http" || protocol == "https";
}

}  // namespace infra::checks
