// An object that was forgotten on purpose (`keep`, `infra state rm`) still carries the stack's labels. Its row stays as
// a mark, so that no later run takes the object for a left-over of a killed one and removes it.
#pragma once
#include "state/state.h"

namespace infra {

inline constexpr std::string_view kLetGo = "let go";  // where others have the hash of their inputs

inline bool is_let_go(const RecordedResource& row) { return row.deposed && row.spec_hash == kLetGo; }

inline RecordedResource let_go(RecordedResource row) {
  row.deposed = true;
  row.protect = false;
  row.keep = false;
  row.spec_hash = kLetGo;
  row.depends_on.clear();
  return row;
}

}  // namespace infra
