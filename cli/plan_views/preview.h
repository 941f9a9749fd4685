// What `infra plan` and `infra rollback --plan` have in common: a plan that is shown, or saved, and not carried out.
#pragma once
#include <string>

#include "cli/shared_options.h"
#include "workspace/open_session.h"

namespace infra::cli {

struct PreviewOptions {
  std::string out;  // the file that it is saved to; empty: none
  bool markdown = false;
  bool detailed_exitcode = false;
  bool destroy = false;
  std::uint64_t revision = 0;  // that the plan goes back to; 0: the files of the folder
};

// --out, --markdown and --detailed-exitcode
void add_preview(CLI::App& command, PreviewOptions& options);

// Returns the exit code.
int preview(const Console& console, OpenSession& open, const StackOptions& stack, const RunOptions& run,
            const PreviewOptions& options);

}  // namespace infra::cli
