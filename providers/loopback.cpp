#include "providers/loopback.h"

namespace infra {

bool is_loopback(std::string_view host_and_port) {
  const auto host =
      host_and_port.substr(0, host_and_port.starts_with('[') ? host_and_port.find(']') + 1 : host_and_port.rfind(':'));
  return host == "localhost" || host.starts_with("127.") || host == "[::1]";
}

}  // namespace infra
