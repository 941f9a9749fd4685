#include "base/diagnostic.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace infra {

Diagnostic& Diagnostics::keep(Diagnostic diagnostic) {
  // The same cause is found again right after it was found first (a loop's turns, a union's members), so looking
  // back a little is enough and keeps a run with many errors linear.
  const std::size_t from = all_.size() > 64 ? all_.size() - 64 : 0;
  // Rules of the stack's own that one place breaks are several causes.
  const bool by_message = !diagnostic.primary.span.somewhere() || diagnostic.code == "E0308";
  for (std::size_t i = from; i < all_.size(); ++i) {
    if (all_[i].code == diagnostic.code && all_[i].primary.span == diagnostic.primary.span &&
        (!by_message || all_[i].message == diagnostic.message)) {
      return told_before_ = std::move(diagnostic);
    }
  }
  if (diagnostic.severity == Severity::error) ++errors_;
  all_.push_back(std::move(diagnostic));
  return all_.back();
}

void Diagnostics::add_all(const Diagnostics& others) {
  for (const auto& diagnostic : others.all_) add(diagnostic);
}

namespace {
Diagnostic make(Severity severity, std::string&& code, Span span, std::string&& message, std::string&& label,
                std::string&& help) {
  return {.severity = severity,
          .code = std::move(code),
          .message = std::move(message),
          .primary = {span, std::move(label)},
          .help = std::move(help)};
}
}  // namespace

Diagnostic& Diagnostics::error(std::string code, Span span, std::string message, std::string label, std::string help) {
  return keep(make(Severity::error, std::move(code), span, std::move(message), std::move(label), std::move(help)));
}

Diagnostic& Diagnostics::warning(std::string code, Span span, std::string message, std::string label,
                                 std::string help) {
  return keep(make(Severity::warning, std::move(code), span, std::move(message), std::move(label), std::move(help)));
}

void Diagnostics::sort() {
  std::stable_sort(all_.begin(), all_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.primary.span, a.code, a.message) < std::tie(b.primary.span, b.code, b.message);
  });
}

namespace {
// Insertions, deletions, changes, and two neighbours swapped: what fingers do.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::vector<std::size_t> next(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      next[j] = std::min({row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), row[j] + 1, next[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) next[j] = std::min(next[j], before[j - 2] + 1);
    }
    std::swap(before, row);
    std::swap(row, next);
  }
  return row[b.size()];
}
}  // namespace

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  if (name.size() < 2) return "";  // one wrong letter of one is no likeness
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    if (candidate.size() > name.size() + best_distance || name.size() > candidate.size() + best_distance) continue;
    const auto distance = edit_distance(name, candidate);
    if (distance < best_distance || (distance == best_distance && !best.empty() && candidate < best)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace infra
