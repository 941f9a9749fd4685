// The edits that messages propose, carried out on the texts.
#pragma once
#include <map>
#include <string>

#include "base/diagnostics/diagnostic.h"

namespace infra {

struct Fixed {
  std::map<FileId, std::string> texts;  // of the files that change
  std::size_t applied = 0;              // messages whose edits are in them
  std::size_t left = 0;                 // messages whose edits touch what another one's change: a later round's
};

// A message's edits are made all or none. Where two messages want to change the same place the first one wins.
Fixed apply_fixes(const Diagnostics& diagnostics, const SourceMap& sources);

}  // namespace infra
