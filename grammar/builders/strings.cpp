#include "grammar/builders/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "grammar/scan/source_check.h"

namespace infra {
namespace {

bool blank(char c) { return c == ' ' || c == '\t'; }

void append_utf8(std::uint32_t point, std::string& out) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((point >> shift) & 0x3FU)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0U | (point >> 6));
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0U | (point >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

std::string Strings::decode(std::uint32_t begin, std::uint32_t end, std::size_t strip) {
  std::string out;
  out.reserve(end - begin);
  for (auto at = begin; at < end;) {
    const char c = source_[at];
    if (c == '\\') {
      at = escape(at, end, out);
      continue;
    }
    ++at;
    if (c == '\r' && at < end && source_[at] == '\n') continue;
    out += c;
    if (c != '\n') continue;
    for (std::size_t i = 0; i < strip && at < end && blank(source_[at]); ++i) ++at;
  }
  return out;
}

std::uint32_t Strings::escape(std::uint32_t at, std::uint32_t end, std::string& out) {
  const char c = at + 1 < end ? source_[at + 1] : '\0';
  switch (c) {
    case 'n':
      out += '\n';
      return at + 2;
    case 't':
      out += '\t';
      return at + 2;
    case 'r':
      out += '\r';
      return at + 2;
    case '"':
    case '\\':
    case '$':
      out += c;
      return at + 2;
    case 'u':
      return code_point(at, end, out);
    default:
      break;
  }
  const auto length = at + 1 < end ? utf8_length(source_.substr(at + 1)) : 0;
  const auto stop = std::min(end, at + 1 + static_cast<std::uint32_t>(length));
  report(at, stop, "escapes are \\n \\t \\r \\\" \\\\ \\$ and \\u{…}; a backslash itself is \\\\");
  return stop;
}

// \u{1F600}
std::uint32_t Strings::code_point(std::uint32_t at, std::uint32_t end, std::string& out) {
  const auto rest = source_.substr(at, end - at);
  const auto close = rest.find('}');
  std::uint32_t point = 0;
  if (rest.size() > 2 && rest[2] == '{' && close != std::string_view::npos && close > 3 && close <= 9) {
    const auto digits = rest.substr(3, close - 3);
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), point, 16);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (error == std::errc{} && stop == digits.data() + digits.size() && point <= 0x10FFFF && !surrogate) {
      append_utf8(point, out);
      return at + static_cast<std::uint32_t>(close) + 1;
    }
  }
  const bool braced = rest.size() > 2 && rest[2] == '{' && close != std::string_view::npos && close < 12;
  const auto stop = at + (braced ? static_cast<std::uint32_t>(close) + 1 : 2);
  report(at, stop, "a character is written \\u{…} with the hex digits of its code point, such as \\u{20AC}");
  return stop;
}

void Strings::report(std::uint32_t begin, std::uint32_t end, std::string help) {
  diagnostics_.error("E0108", {file_, begin, end},
                     fmt::format("`{}` is not an escape", source_.substr(begin, end - begin)), "invalid escape",
                     std::move(help));
}

std::size_t Strings::strip_margin(std::vector<Span>& texts) const {
  auto& first = texts.front();
  auto after = first.begin;
  while (after < first.end && blank(source_[after])) ++after;
  if (after < first.end && source_[after] == '\r') ++after;
  const bool own_line = after < first.end && source_[after] == '\n';

  std::size_t margin = std::string::npos;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (auto at = texts[i].begin; at < texts[i].end; ++at) {
      if (source_[at] != '\n') continue;
      auto stop = at + 1;
      while (stop < texts[i].end && blank(source_[stop])) ++stop;
      const bool empty = stop < texts[i].end && (source_[stop] == '\n' || source_[stop] == '\r');
      if (!empty) margin = std::min<std::size_t>(margin, stop - at - 1);
    }
  }
  if (margin == std::string::npos) margin = 0;

  auto& last = texts.back();
  auto tail = last.end;
  while (tail > last.begin && blank(source_[tail - 1])) --tail;
  if (tail > last.begin && source_[tail - 1] == '\n') {
    --tail;
    if (tail > last.begin && source_[tail - 1] == '\r') --tail;
    last.end = std::max(tail, last.begin);
  }
  if (own_line) {
    auto begin = after + 1;
    for (std::size_t i = 0; i < margin && begin < first.end && blank(source_[begin]); ++i) ++begin;
    first.begin = std::min(begin, first.end);
  }
  return margin;
}

}  // namespace infra
