// What can go wrong with a state's file, in the user's words: E0502 to E0507.
#pragma once
#include <string>

#include "base/result.h"
#include "base/sqlite.h"

namespace infra {

// For sqlite::Database: what SQLite says about the state at `path`.
sqlite::Explain explain_state_faults(std::string path);

// The operating system refused `what` ("make the folder \"x\"") with this errno.
Error system_fault(const std::string& what, int error_number);

Error damaged_state(const std::string& path, const std::string& detail);
Error newer_state(const std::string& path, std::int64_t version, std::int64_t ours);
Error not_a_state(const std::string& path, const std::string& detail);
Error other_stack(const std::string& path, const std::string& recorded, const std::string& ours);
Error changed_meanwhile(const std::string& path, const std::string& detail);

}  // namespace infra
