#include "grammar/scan/source_check.h"

#include <fmt/format.h>

#include <array>

namespace infra {
namespace {

constexpr std::size_t kLargest = std::size_t{4} << 20;

struct Lead {
  unsigned char first, last;              // the range of the first byte
  unsigned char second_low, second_high;  // narrower where a longer form or a surrogate would be possible
  std::size_t length;
};
constexpr std::array<Lead, 8> kLeads = {{{0xC2, 0xDF, 0x80, 0xBF, 2},
                                         {0xE0, 0xE0, 0xA0, 0xBF, 3},
                                         {0xE1, 0xEC, 0x80, 0xBF, 3},
                                         {0xED, 0xED, 0x80, 0x9F, 3},
                                         {0xEE, 0xEF, 0x80, 0xBF, 3},
                                         {0xF0, 0xF0, 0x90, 0xBF, 4},
                                         {0xF1, 0xF3, 0x80, 0xBF, 4},
                                         {0xF4, 0xF4, 0x80, 0x8F, 4}}};

bool fits(const Lead& lead, std::string_view text) {
  if (text.size() < lead.length) return false;
  const auto second = static_cast<unsigned char>(text[1]);
  if (second < lead.second_low || second > lead.second_high) return false;
  for (std::size_t i = 2; i < lead.length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return false;
  }
  return true;
}

std::optional<std::size_t> first_invalid(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto length = utf8_length(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  for (const auto& lead : kLeads) {
    if (first >= lead.first && first <= lead.last) return fits(lead, text) ? lead.length : 0;
  }
  return 0;
}

bool check_source(const SourceFile& source, FileId file, Diagnostics& diagnostics) {
  if (source.text.size() > kLargest) {
    diagnostics.error("E0006", {file, 0, 0}, fmt::format("{} is larger than {} MiB", source.path, kLargest >> 20), "",
                      "split it: all files of a folder are one stack");
    return false;
  }
  if (const auto at = first_invalid(source.text)) {
    const auto begin = static_cast<std::uint32_t>(*at);
    diagnostics.error(
        "E0002", {file, begin, begin + 1}, fmt::format("{} is not UTF-8", source.path),
        fmt::format("the byte 0x{:02X} isn't allowed here", static_cast<unsigned char>(source.text[begin])),
        "save the file in the encoding UTF-8");
    return false;
  }
  if (const auto nul = source.text.find('\0'); nul != std::string::npos) {
    const auto begin = static_cast<std::uint32_t>(nul);
    diagnostics.error("E0101", {file, begin, begin + 1}, fmt::format("{} holds a NUL byte", source.path),
                      "no text holds one", "is it an .infra file?");
    return false;
  }
  return true;
}

}  // namespace infra
