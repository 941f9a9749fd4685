// What can go wrong with a state, in the user's words: E0501 to E0511.
#pragma once
#include <string>

#include "base/databases/postgres.h"
#include "base/databases/sqlite.h"
#include "base/result.h"
#include "state/store.h"

namespace infra {

// For sqlite::Database: what SQLite says about the state at `path`.
sqlite::Explain explain_state_faults(std::string path);

// For postgres::Connection: what the server says about the state `name`.
postgres::Explain explain_server_faults(std::string name);

// The operating system refused `what` ("make the folder \"x\"") with this errno.
Error system_fault(const std::string& what, int error_number);

Error damaged_state(const std::string& path, const std::string& detail);
Error newer_state(const std::string& path, std::int64_t version, std::int64_t ours);
// Of a file whose log was damaged: its last commits are gone.
Error lost_commits(const std::string& path, Serial found, Serial noted);
// A file that isn't there though something says that it was.
Error lost_state(const std::string& path, const std::string& detail, bool copies);
Error nothing_to_recover(const std::string& path, Error damage);
Error not_a_state(const std::string& path, const std::string& detail);
Error other_stack(const std::string& path, const std::string& recorded, const std::string& ours);
// `part`: an address, or "*" for everything.
Error held_by_another(const std::string& path, const Lease& lease, const std::string& part);
Error lease_ended(const std::string& path);
Error no_revision(const std::string& path, std::uint64_t number, std::uint64_t last);
Error changed_meanwhile(const std::string& path, const std::string& detail);

}  // namespace infra
