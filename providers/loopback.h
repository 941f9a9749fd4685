// Which addresses mean this machine: there plain HTTP is no risk, and engines accept it without being told.
#pragma once
#include <string_view>

namespace infra {

bool is_loopback(std::string_view host_and_port);  // "localhost:5000", "127.0.0.1", "[::1]:80"

}  // namespace infra
