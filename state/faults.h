// What can go wrong with a state's file, in the user's words: E0501 to E0509.
#pragma once
#include <string>

#include "base/result.h"
#include "base/sqlite.h"
#include "state/store.h"

namespace infra {

// For sqlite::Database: what SQLite says about the state at `path`.
sqlite::Explain explain_state_faults(std::string path);

// The operating system refused `what` ("make the folder \"x\"") with this errno.
Error system_fault(const std::string& what, int error_number);

Error damaged_state(const std::string& path, const std::string& detail);
Error newer_state(const std::string& path, std::int64_t version, std::int64_t ours);
Error not_a_state(const std::string& path, const std::string& detail);
Error other_stack(const std::string& path, const std::string& recorded, const std::string& ours);
// `part`: an address, or "*" for everything.
Error held_by_another(const std::string& path, const Lease& lease, const std::string& part);
Error lease_ended(const std::string& path);
Error no_revision(const std::string& path, std::uint64_t number, std::uint64_t last);
Error changed_meanwhile(const std::string& path, const std::string& detail);

}  // namespace infra
