#include "compiler/poisoned.h"

#include <algorithm>
#include <array>

namespace infra {

Poisoned::Poisoned(std::vector<Span> items) : items_(std::move(items)) { std::sort(items_.begin(), items_.end()); }

void Poisoned::add(const Diagnostics& errors) {
  for (const auto& d : errors.all()) {
    if (d.severity == Severity::error && d.primary.span.somewhere()) errors_.push_back(d.primary.span);
  }
  std::sort(errors_.begin(), errors_.end());
}

bool Poisoned::within(const Span& span) const {
  for (auto at = std::lower_bound(errors_.begin(), errors_.end(), Span{span.file, span.begin, 0});
       at != errors_.end() && at->file == span.file && at->begin <= span.end; ++at) {
    if (at->end <= span.end) return true;
  }
  return false;
}

const Span* Poisoned::item_around(const Span& span) const {
  auto at = std::upper_bound(items_.begin(), items_.end(), span, [](const Span& a, const Span& b) {
    return std::tie(a.file, a.begin) < std::tie(b.file, b.begin);
  });
  if (at == items_.begin()) return nullptr;
  --at;
  return at->file == span.file && span.begin <= at->end ? &*at : nullptr;
}

bool Poisoned::explains(const Diagnostic& later) const {
  const auto poisoned = [this](const Span& span) {
    const auto* item = span.somewhere() ? item_around(span) : nullptr;
    return item != nullptr && within(*item);
  };
  return poisoned(later.primary.span) || std::any_of(later.secondary.begin(), later.secondary.end(),
                                                     [&](const Label& label) { return poisoned(label.span); });
}

bool are_contained(const Diagnostics& diagnostics) {
  constexpr std::array<std::string_view, 19> kContained = {
      "E0201", "E0203", "E0204", "E0206", "E0207", "E0208", "E0209", "E0210", "E0215", "E0216",
      "E0219", "E0302", "E0303", "E0304", "E0305", "E0306", "E0308", "E0410", "E0413"};
  return std::all_of(diagnostics.all().begin(), diagnostics.all().end(), [&](const Diagnostic& d) {
    return d.severity != Severity::error || std::find(kContained.begin(), kContained.end(), d.code) != kContained.end();
  });
}

}  // namespace infra
