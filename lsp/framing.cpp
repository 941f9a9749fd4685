#include "lsp/framing.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace infra::lsp {
namespace {

constexpr std::string_view kEnd = "\r\n\r\n";
constexpr std::string_view kLength = "content-length:";

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// The last one counts: what stands before it may be garbage that ran into a real header.
std::optional<std::size_t> length_in(std::string_view header) {
  const auto at = lower(header).rfind(kLength);
  if (at == std::string::npos) return std::nullopt;
  auto digits = header.substr(at + kLength.size());
  while (digits.starts_with(' ') || digits.starts_with('\t')) digits.remove_prefix(1);
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  const bool whole = end == digits.data() + digits.size() || *end == '\r';
  return error == std::errc() && whole ? std::optional(length) : std::nullopt;
}

}  // namespace

std::string frame(std::string_view body) { return fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body); }

std::optional<std::string> Frames::next() {
  for (;;) {
    const auto end = pending_.find(kEnd);
    if (end == std::string::npos) {
      if (pending_.size() > kLargest) pending_.clear();
      return std::nullopt;
    }
    const auto length = length_in(std::string_view(pending_).substr(0, end));
    const auto begin = end + kEnd.size();
    if (!length || *length > kLargest) {
      pending_.erase(0, begin);
      continue;
    }
    if (pending_.size() - begin < *length) return std::nullopt;
    std::string body = pending_.substr(begin, *length);
    pending_.erase(0, begin + *length);
    return body;
  }
}

}  // namespace infra::lsp
