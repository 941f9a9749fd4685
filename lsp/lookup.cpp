#include "lsp/lookup.h"

#include <algorithm>

namespace infra::lsp {

bool is_identifier(std::string_view text) {
  const bool digit_first = !text.empty() && text[0] >= '0' && text[0] <= '9';
  return !text.empty() && !digit_first && std::all_of(text.begin(), text.end(), is_name_char);
}

Span exact(const Analysis& analysis, const Use& use) {
  const auto text = analysis.compiled.sources.text(use.at);
  if (text.size() == use.name.size()) return use.at;
  const auto whole_word = [&](std::size_t at) {
    const auto end = at + use.name.size();
    return (at == 0 || !is_name_char(text[at - 1])) && (end == text.size() || !is_name_char(text[end]));
  };
  for (auto at = text.find(use.name); at != std::string_view::npos; at = text.find(use.name, at + 1)) {
    if (!whole_word(at)) continue;
    const auto begin = use.at.begin + static_cast<std::uint32_t>(at);
    return {use.at.file, begin, begin + static_cast<std::uint32_t>(use.name.size())};
  }
  return use.at;
}

std::optional<Named> name_at(const Place& place) {
  for (const auto& [span, symbol] : place.analysis.index.symbols) {
    if (inside(span, place.file, place.offset)) return Named{span, span};
  }
  for (const auto& use : place.analysis.index.uses) {
    if (!inside(use.at, place.file, place.offset)) continue;
    const auto at = exact(place.analysis, use);
    if (inside(at, place.file, place.offset)) return Named{at, use.symbol};
  }
  return std::nullopt;
}

const Symbol* symbol_of(const Analysis& analysis, Span symbol) {
  const auto at = analysis.index.symbols.find(symbol);
  return at != analysis.index.symbols.end() ? &at->second : nullptr;
}

namespace {
// One place for all declarations that are the same one in different branches.
Span first_of(const Analysis& analysis, Span symbol) {
  const auto* found = symbol_of(analysis, symbol);
  return found != nullptr && found->twin.somewhere() ? found->twin : symbol;
}
}  // namespace

std::vector<Span> occurrences(const Analysis& analysis, Span symbol) {
  const auto first = first_of(analysis, symbol);
  std::vector<Span> out = {symbol};
  for (const auto& [span, other] : analysis.index.symbols) {
    if (other.twin == first) out.push_back(span);
  }
  for (const auto& use : analysis.index.uses) {
    if (first_of(analysis, use.symbol) == first) out.push_back(exact(analysis, use));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

const Word* word_at(const Place& place) {
  for (const auto& word : place.analysis.index.words) {
    if (inside(word.at, place.file, place.offset)) return &word;
  }
  return nullptr;
}

Around expression_at(const Place& place) {
  Around best;
  for (const auto& [expr, facts] : place.analysis.index.expressions) {
    if (!inside(expr->span, place.file, place.offset)) continue;
    const auto length = expr->span.end - expr->span.begin;
    if (best.expr == nullptr || length < best.expr->span.end - best.expr->span.begin) best = {expr, &facts};
  }
  return best;
}

}  // namespace infra::lsp
