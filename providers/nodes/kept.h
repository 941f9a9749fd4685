// What objects were given to keep (providers/kept_secrets.h): sealed in the state, here for as long as a run lasts.
#pragma once
#include <map>
#include <mutex>
#include <string>

#include "base/values/address.h"

namespace infra::nodes {

class Kept {
 public:
  void put(const Address& object, std::string text);
  [[nodiscard]] std::string of(const Address& object) const;  // empty: there is none

 private:
  mutable std::mutex mutex_;
  std::map<Address, std::string> all_;
};

}  // namespace infra::nodes
