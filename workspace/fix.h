// A stack's texts with the fixes that its messages propose, round after round.
#pragma once
#include <string>
#include <vector>

#include "base/sources/source.h"
#include "workspace/check_stack.h"

namespace infra {

struct FixedFile {
  std::string path;  // as shown, which is where it is on disk
  std::string before, after;
};

struct FixedStack {
  std::size_t applied = 0;  // messages whose edits were made
  std::vector<FixedFile> changes;
  Checked checked;  // with what is left
};

// Nothing is written. A fix after which a file can't be read as well as before, or that was to mend its syntax and
// didn't, is left out: no edit may do harm.
Result<FixedStack> fix_stack(const SourceTree& tree, const StackOptions& options);

}  // namespace infra
