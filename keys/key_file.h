// A file with keys on disk: private to its user, written whole or not at all. Whoever writes it removes what a killed
// run left beside it.
#pragma once
#include <string>
#include <vector>

#include "base/secrets/box.h"

namespace infra {

constexpr std::size_t kLongestKey = 1 << 16;  // bytes that a file or a command may say; a key is less than a hundred

// nullopt: there is no such file. E0521 if others than its owner may read or write it.
Result<std::optional<std::string>> read_key_file(const std::string& path);

// Makes the file with a new key, and a .gitignore beside it if it has a folder of its own. False: somebody else has
// just made it.
Result<bool> make_key_file(const std::string& path);

// Puts these keys in the file's place. After a crash it holds the old ones or the new ones.
Result<Ok> replace_key_file(const std::string& path, const std::vector<BoxKey>& keys);

}  // namespace infra
