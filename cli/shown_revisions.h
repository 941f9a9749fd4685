// Revisions of a state's history, on the command line.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "cli/shared_options.h"
#include "state/store.h"

namespace infra::cli {

struct History {
  std::vector<Revision> revisions;  // the oldest first
  std::vector<Lease> leases;        // of runs that live
};
Result<History> read_history(Store& store);
// E0509 if there is none of this number.
Result<Revision> find_revision(const History& history, std::uint64_t number);

// "running", or "killed" if its run doesn't live any more.
std::string result_text(const History& history, const Revision& revision);
// "1 create, 2 update": what it set out to do.
std::string outline_text(const Revision& revision);
std::string revision_text(const History& history, const Revision& revision);
std::string revision_json(const History& history, const Revision& revision);

// path → text
Result<std::map<std::string, std::string>> revision_files(Store& store, const Revision& revision);

}  // namespace infra::cli
