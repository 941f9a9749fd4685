#pragma once
#include <string>

namespace infra {

// All that a server at "127.0.0.1:PORT" answers to these bytes, until it ends the connection.
std::string answer_at(const std::string& address, const std::string& request);

}  // namespace infra
