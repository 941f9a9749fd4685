#include "base/diagnostics/apply_fixes.h"

#include <algorithm>

namespace infra {
namespace {

bool overlap(const Span& a, const Span& b) {
  if (a.file != b.file) return false;
  // Two insertions at one place have no order, and one beside a change is part of it.
  return a.begin <= b.end && b.begin <= a.end;
}

bool possible(const Edit& edit, const SourceMap& sources) {
  return edit.span.somewhere() && edit.span.begin <= edit.span.end &&
         edit.span.end <= sources.file(edit.span.file).text.size();
}

// The edits of one message, if they fit to those that are taken already and to each other.
bool take(const std::vector<Edit>& wanted, const SourceMap& sources, std::vector<Edit>& taken) {
  const auto fits = [&](const Edit& edit) {
    return possible(edit, sources) &&
           std::none_of(taken.begin(), taken.end(), [&](const Edit& other) { return overlap(edit.span, other.span); });
  };
  if (!std::all_of(wanted.begin(), wanted.end(), fits)) return false;
  taken.insert(taken.end(), wanted.begin(), wanted.end());
  return true;
}

}  // namespace

Fixed apply_fixes(const Diagnostics& diagnostics, const SourceMap& sources) {
  Fixed out;
  std::vector<Edit> taken;
  for (const auto& one : diagnostics.all()) {
    if (one.fixes.empty()) continue;
    ++(take(one.fixes, sources, taken) ? out.applied : out.left);
  }
  std::stable_sort(taken.begin(), taken.end(), [](const Edit& a, const Edit& b) { return b.span < a.span; });
  for (const auto& edit : taken) {  // from the end, so that places before it stay where they are
    auto& text = out.texts.try_emplace(edit.span.file, sources.file(edit.span.file).text).first->second;
    text.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.replacement);
  }
  return out;
}

}  // namespace infra
