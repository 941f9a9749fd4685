#include "compiler/brief.h"

#include <fmt/format.h>

namespace infra {
namespace {

constexpr std::uint64_t kWhole = 2048;   // Facts::size of what is shown as it is
constexpr std::size_t kShownText = 200;  // bytes of a longer text
constexpr std::size_t kShownElements = 3;

std::string beginning(const std::string& text) {
  auto end = std::min(kShownText, text.size());
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return fmt::format("{}… ({} bytes in all)", to_source(Value(text.substr(0, end))), text.size());
}

}  // namespace

std::string brief(const Value& value) {
  if (value.facts().size <= kWhole || value.secret() != nullptr) return to_source(value);
  if (const auto* text = value.string()) return beginning(*text);
  std::string out;
  std::size_t shown = 0;
  if (const auto* items = value.list()) {
    for (auto at = items->begin(); at != items->end() && shown < kShownElements; ++at, ++shown)
      out += brief(*at) + ", ";
    return fmt::format("[{}… ({} in all)]", out, items->size());
  }
  if (const auto* members = value.map()) {
    for (auto at = members->begin(); at != members->end() && shown < kShownElements; ++at, ++shown)
      out += fmt::format("{}: {}, ", at->first, brief(at->second));
    return fmt::format("{{ {}… ({} in all) }}", out, members->size());
  }
  return to_source(value);
}

}  // namespace infra
