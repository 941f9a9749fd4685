// The keys that a run may encrypt and decrypt with. Nobody looks for them before the first secret needs one: a stack
// without secrets works without a key.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secrets/box.h"

namespace infra {

struct Keys {
  std::vector<BoxKey> all;  // the first encrypts; the others only decrypt, while a rotation is under way
  std::string origin;       // "the variable INFRA_KEY", "the file app/.infra/key": for messages
};

class Keyring {
 public:
  Keyring() : Keyring([](Missing) -> Result<std::optional<Keys>> { return std::optional<Keys>(); }) {}  // without keys
  enum class Missing { refuse, make };
  // Looks where keys are kept. nullopt: there is none, and none was to be made.
  using Source = std::function<Result<std::optional<Keys>>(Missing)>;
  explicit Keyring(Source source) : source_(std::move(source)) {}

  // Is there a key? An Error is one that is there and can't be used.
  Result<bool> present();
  // Of the key that encrypts. E0520 if there is none.
  Result<std::string> id();
  // See base/secrets/box.h. `make` is for a state that nothing is encrypted in yet: else a new key would hide that the
  // right one is missing.
  Result<std::string> seal(std::string_view text, std::string_view place, Missing missing = Missing::refuse);
  Result<std::string> open(std::string_view box, std::string_view place);

 private:
  Result<const Keys*> keys(Missing missing);

  Source source_;
  std::optional<Keys> found_;
};

}  // namespace infra
