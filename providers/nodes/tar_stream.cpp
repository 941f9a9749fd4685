#include "providers/nodes/tar_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace infra::nodes {

namespace {

constexpr std::size_t kBlock = 512;

// The fields of a POSIX header that are used, by offset.
struct Header {
  std::array<char, kBlock> bytes{};

  void text(std::size_t offset, std::size_t room, std::string_view value) {
    std::memcpy(bytes.data() + offset, value.data(), std::min(room, value.size()));
  }
  void octal(std::size_t offset, std::size_t room, std::uint64_t value) {
    text(offset, room, fmt::format("{:0{}o}", value, room - 1));
  }
  void seal() {
    text(148, 8, "        ");  // the sum is taken with blanks in its own place
    unsigned sum = 0;
    for (const char c : bytes) sum += static_cast<unsigned char>(c);
    text(148, 8, fmt::format("{:06o}", sum));
    bytes[154] = '\0';
  }
};

std::string header(std::string_view name, char type, unsigned mode, std::size_t size, std::string_view link = {}) {
  Header out;
  out.text(0, 100, name);
  out.octal(100, 8, mode);
  out.octal(108, 8, 0);
  out.octal(116, 8, 0);
  out.octal(124, 12, size);
  out.octal(136, 12, 0);
  out.bytes[156] = type;
  out.text(157, 100, link);
  out.text(257, 8,
           std::string_view("ustar\0"
                            "00",
                            8));
  out.seal();
  return {out.bytes.data(), kBlock};
}

std::string padded(std::string text) {
  text.resize((text.size() + kBlock - 1) / kBlock * kBlock, '\0');
  return text;
}

// A name or link target that has no room in the header goes before it, in an entry of its own (GNU's form, which every
// reader knows).
std::string long_text(std::string_view text, char type) {
  if (text.size() <= 100) return {};
  return header("././@LongLink", type, 0644, text.size() + 1) + padded(std::string(text) + '\0');
}

}  // namespace

std::string tar_entry(const std::string& name, const TreeEntry& entry, const std::string& content) {
  const auto long_name = long_text(name, 'L');
  if (entry.symlink) return long_text(content, 'K') + long_name + header(name, '2', 0777, 0, content);
  return long_name + header(name, '0', entry.executable ? 0755 : 0644, content.size()) + padded(content);
}

bool TarStream::refill() {
  taken_ = 0;
  pending_.clear();
  if (next_ < files_.size()) {
    const auto& file = files_[next_++];
    auto content = sources_.read(file.entry.path);
    if (!content) {
      error_ = std::move(content).error();
      return false;
    }
    pending_ = tar_entry(file.name, file.entry, *content);
  } else if (!ended_) {
    pending_.assign(2 * kBlock, '\0');
    ended_ = true;
  }
  return true;
}

std::optional<std::size_t> TarStream::read(char* buffer, std::size_t size) {
  if (taken_ == pending_.size() && !refill()) return std::nullopt;
  const auto given = std::min(size, pending_.size() - taken_);
  std::memcpy(buffer, pending_.data() + taken_, given);
  taken_ += given;
  return given;
}

}  // namespace infra::nodes
