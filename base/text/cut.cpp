#include "base/text/cut.h"

#include <fmt/format.h>

namespace infra {

std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  const auto more = text.size() - end;
  text.resize(end);
  return text + fmt::format("… ({} bytes more)", more);
}

}  // namespace infra
