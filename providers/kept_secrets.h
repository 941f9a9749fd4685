// What an object was given and nothing outside would give again: a key, a certificate with its key. It comes as the
// output `kept`, a secret text; whoever records the object seals it, and tells it to the provider that is opened next.
// Beside the border of provider.h: few have any.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/values/address.h"

namespace infra {

inline constexpr std::string_view kKept = "kept";

// The types that have such an output.
inline bool keeps_secret(std::string_view type) {
  return type == "acme_account" || type == "acme_certificate" || type == "registry_access";
}

struct KeptSecret {
  Address address;
  std::string text;
};

class KnowsKept {
 public:
  virtual ~KnowsKept() = default;
  // Once it is opened, before anything is asked of it; of all that is recorded on this platform.
  virtual void know_kept(const std::vector<KeptSecret>& kept) = 0;
};

}  // namespace infra
