// Where a run finds the keys that its state's secrets are encrypted with.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/secrets/keyring.h"
#include "base/secrets/redactor.h"

namespace infra {

struct KeyPlaces {
  std::string file;                                       // the usual place: .infra/key beside the state
  std::function<std::string(const char* name)> variable;  // of the environment; empty: not set
  std::function<void(const std::string&)> tell;           // what somebody should read
  std::shared_ptr<Redactor> redactor;                     // learns the keys' texts
  std::string state = {};                                 // the state's file; empty: it is on a server
};

// Those of this process.
KeyPlaces key_places(std::string file, std::function<void(const std::string&)> tell,
                     std::shared_ptr<Redactor> redactor);
// ".infra/key" in the state's folder: a folder that no image's build context holds.
std::string key_file_beside(const std::string& state);

// The first of INFRA_KEY, INFRA_KEY_FILE, INFRA_KEY_COMMAND and the usual file that is there. E0521 if it can't be
// used: it is no key, others may read it, the command fails.
Result<std::optional<Keys>> find_keys(const KeyPlaces& places, Keyring::Missing missing);

// Of a file that stands in none of the three variables.
bool uses_key_file(const KeyPlaces& places);

// One key a line; empty lines, and those that begin with '#', say nothing.
Result<std::vector<BoxKey>> parse_keys(std::string_view text, const std::string& origin);

}  // namespace infra
