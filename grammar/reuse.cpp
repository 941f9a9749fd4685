#include "grammar/reuse.h"

#include <algorithm>
#include <iterator>

#include "grammar/move_spans.h"

namespace infra {
namespace {

std::size_t common_front(std::string_view a, std::string_view b) {
  const auto most = std::min(a.size(), b.size());
  return static_cast<std::size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(most), b.begin()).first - a.begin());
}

std::size_t common_back(std::string_view a, std::string_view b, std::size_t most) {
  return static_cast<std::size_t>(
      std::mismatch(a.rbegin(), a.rbegin() + static_cast<std::ptrdiff_t>(most), b.rbegin()).first - a.rbegin());
}

}  // namespace

// The item before the edit and the one behind it are parsed anew, too: what is typed may belong to either (another
// operand, a comment's end, documentation).
std::optional<Reuse> find_reuse(const ParsedBefore& before, const std::string& text) {
  const auto& items = before.file.items;
  const auto front = common_front(before.text, text);
  const auto back = common_back(before.text, text, std::min(before.text.size(), text.size()) - front);
  auto begin = front;  // of what has to be parsed anew, in the text before
  auto end = before.text.size() - back;
  if (const auto& flaws = before.file.flaws) {
    begin = std::min<std::size_t>(begin, flaws->begin);
    end = std::max<std::size_t>(end, flaws->end);
  }
  const auto first_touched =
      std::partition_point(items.begin(), items.end(), [&](const ast::Item& item) { return item.whole.end < begin; });
  const auto first_behind =
      std::partition_point(first_touched, items.end(), [&](const ast::Item& item) { return item.whole.begin < end; });
  Reuse reuse;
  reuse.moved = static_cast<std::int64_t>(text.size()) - static_cast<std::int64_t>(before.text.size());
  const auto in_front = static_cast<std::size_t>(first_touched - items.begin());
  const auto behind = static_cast<std::size_t>(items.end() - first_behind);
  reuse.kept_front = in_front > 0 ? in_front - 1 : 0;
  reuse.kept_back = behind > 0 ? behind - 1 : 0;
  if (reuse.kept_front > 0) reuse.range.begin = items[reuse.kept_front - 1].whole.end;
  reuse.range.end = static_cast<std::uint32_t>(text.size());
  if (reuse.kept_back > 0) reuse.range.end = static_cast<std::uint32_t>(first_behind->whole.end + reuse.moved);
  if ((reuse.kept_front + reuse.kept_back) * 2 < items.size()) return std::nullopt;
  return reuse;
}

ast::File spliced(ast::File& file, const Reuse& reuse, ast::Items fresh) {
  ast::File out{.id = file.id, .items = {}};
  out.items.reserve(reuse.kept_front + fresh.size() + reuse.kept_back);
  const auto begin = std::make_move_iterator(file.items.begin());
  const auto end = std::make_move_iterator(file.items.end());
  out.items.insert(out.items.end(), begin, begin + static_cast<std::ptrdiff_t>(reuse.kept_front));
  out.items.insert(out.items.end(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
  const auto behind = out.items.size();
  out.items.insert(out.items.end(), end - static_cast<std::ptrdiff_t>(reuse.kept_back), end);
  for (auto i = behind; i < out.items.size() && reuse.moved != 0; ++i) move_spans(out.items[i], reuse.moved);
  file.items.clear();
  return out;
}

}  // namespace infra
