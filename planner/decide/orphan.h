// Orphans: objects that were forgotten on purpose (`keep`, `infra state rm`) and still carry the stack's labels. The
// row of one stays as a mark, so that no later run takes the object for a left-over of a killed one and removes it.
#pragma once
#include "state/state.h"

namespace infra {

inline constexpr std::string_view kOrphan = "orphan";  // where others have the hash of their inputs

inline bool is_orphan(const RecordedResource& row) { return row.deposed && row.spec_hash == kOrphan; }

inline RecordedResource orphaned(RecordedResource row) {
  row.deposed = true;
  row.protect = false;
  row.keep = false;
  row.spec_hash = kOrphan;
  row.depends_on.clear();
  return row;
}

}  // namespace infra
