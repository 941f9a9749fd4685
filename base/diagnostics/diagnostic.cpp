#include "base/diagnostics/diagnostic.h"

#include <algorithm>
#include <tuple>

#include "base/text/cut.h"

namespace infra {

Diagnostic& Diagnostics::keep(Diagnostic diagnostic) {
  diagnostic.message = cut(std::move(diagnostic.message));
  diagnostic.help = cut(std::move(diagnostic.help));
  diagnostic.primary.text = cut(std::move(diagnostic.primary.text), kMostOfLabel);
  for (auto& label : diagnostic.secondary) label.text = cut(std::move(label.text), kMostOfLabel);
  // The same cause is found again right after it was found first (a loop's turns, a union's members), so looking
  // back a little is enough and keeps a run with many errors linear.
  const std::size_t from = all_.size() > 64 ? all_.size() - 64 : 0;
  // Rules of the stack's own that one place breaks are several causes, and so is what a plan can't do to each of the
  // resources that a loop declares at one place: whoever mends it wants to know all of them.
  const bool by_message =
      !diagnostic.primary.span.somewhere() || diagnostic.code == "E0308" || diagnostic.code.starts_with("E07");
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

}  // namespace infra
