#include "base/text/one_line.h"

#include "base/text/visible.h"

namespace infra {
namespace {

constexpr std::string_view kNotUtf8 = "\xEF\xBF\xBD";

}  // namespace

std::string one_line(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t count = 0;
  bool blank = false;
  while (!text.empty()) {
    const auto c = first_code_point(text);
    const auto bytes = text.substr(0, c.length);
    text.remove_prefix(c.length);
    if (c.value == ' ' || is_obeyed(c.value)) {
      blank = true;
      continue;
    }
    const std::size_t needs = blank && count != 0 ? 2 : 1;
    if (count + needs > most) return out + "…";
    if (needs == 2) out += ' ';
    out += c.value == 0xFFFD ? kNotUtf8 : bytes;
    count += needs;
    blank = false;
  }
  return out;
}

}  // namespace infra
