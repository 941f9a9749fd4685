#include "providers/nodes/images/tar_filter.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace infra::nodes {
namespace {

constexpr std::size_t kBlock = 512;

std::string_view field(std::string_view header, std::size_t at, std::size_t size) {
  const auto whole = header.substr(at, size);
  return whole.substr(0, std::min(whole.find('\0'), whole.size()));
}

std::string path_of(std::string_view header) {
  const auto name = field(header, 0, 100);
  const auto prefix = header.substr(257, 6) == std::string_view("ustar\0", 6) ? field(header, 345, 155) : "";
  return prefix.empty() ? std::string(name) : std::string(prefix) + "/" + std::string(name);
}

// Octal, or above 8 GiB in GNU's form: big-endian bytes behind a set first bit.
std::uint64_t size_of(std::string_view header) {
  const auto raw = header.substr(124, 12);
  std::uint64_t out = 0;
  if ((static_cast<unsigned char>(raw[0]) & 0x80U) != 0) {
    for (const char c : raw.substr(4)) out = out << 8U | static_cast<unsigned char>(c);
    return out;
  }
  auto digits = field(raw, 0, raw.size());
  digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
  std::from_chars(digits.data(), digits.data() + digits.size(), out, 8);
  return out;
}

// POSIX's form for what a header has no room for: lines "LENGTH size=NUMBER\n".
std::uint64_t size_in(std::string_view records, std::uint64_t fallback) {
  constexpr std::string_view kSize = " size=";
  const auto at = records.find(kSize);
  if (at == std::string_view::npos) return fallback;
  const auto digits = records.substr(at + kSize.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), fallback);
  return fallback;
}

bool has_good_sum(std::string_view header) {
  unsigned sum = 0, said = 0;
  for (std::size_t i = 0; i < kBlock; ++i) sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(header[i]);
  auto digits = field(header, 148, 8);
  digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
  std::from_chars(digits.data(), digits.data() + digits.size(), said, 8);
  return sum == said;
}

}  // namespace

void TarFilter::take_header() {
  const auto header = std::exchange(header_, {});
  if (header.find_first_not_of('\0') == std::string::npos) return out_(header);  // the end
  broken_ = broken_ || !has_good_sum(header);
  if (broken_) return;
  const char type = header[156];
  extends_ = type == 'x' || type == 'g' || type == 'L' || type == 'K';
  auto size = size_of(header);
  if (!extends_) size = size_in(extra_, size);
  left_ = (size + kBlock - 1) / kBlock * kBlock;
  extra_.clear();
  if (extends_) {
    held_ += header;
    return;
  }
  keep_ = keeps_(path_of(header));
  if (keep_) out_(held_ + header);
  held_.clear();
}

void TarFilter::take_content(std::string_view piece) {
  left_ -= piece.size();
  if (extends_) {
    held_ += piece;
    extra_ += piece;
  } else if (keep_) {
    out_(piece);
  }
}

void TarFilter::take(std::string_view piece) {
  while (!piece.empty() && !broken_) {
    const auto wanted = left_ > 0 ? left_ : kBlock - header_.size();
    const auto part = piece.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(wanted, piece.size())));
    piece.remove_prefix(part.size());
    if (left_ > 0) {
      take_content(part);
      continue;
    }
    header_ += part;
    if (header_.size() == kBlock) take_header();
  }
}

}  // namespace infra::nodes
