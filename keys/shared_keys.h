// States that lie side by side have one key file: what one of them no longer needs another may.
#pragma once
#include <set>
#include <string>
#include <vector>

namespace infra {

struct SharedKeys {
  std::set<std::string> ids;        // of keys that encrypt something in a state beside this one
  std::vector<std::string> states;  // which they are; file names, sorted
  bool unreadable = false;          // there is one that doesn't tell: it may need any
};

// Looks at all state files in the folder of `state`; none for an empty path (a state on a server).
SharedKeys keys_of_neighbours(const std::string& state);

}  // namespace infra
