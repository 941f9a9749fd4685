// A file's bytes as ANTLR's character stream. Characters are bytes, so offsets need no translation.
#pragma once
#include <antlr4-runtime.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace infra::antlr {

class ByteStream : public antlr4::CharStream {
 public:
  explicit ByteStream(std::string_view bytes) : bytes_(bytes) {}

  void consume() override { ++at_; }
  std::size_t LA(ssize_t i) override {
    const std::size_t at = at_ + static_cast<std::size_t>(i) - 1;
    return at < bytes_.size() ? static_cast<unsigned char>(bytes_[at]) : static_cast<std::size_t>(EOF);
  }
  ssize_t mark() override { return 0; }
  void release(ssize_t /*marker*/) override {}
  std::size_t index() override { return at_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  void seek(std::size_t index) override { at_ = std::min(index, bytes_.size()); }
  std::size_t size() override { return bytes_.size(); }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval& range) override {
    const auto begin = static_cast<std::size_t>(range.a);
    return std::string(bytes_.substr(begin, static_cast<std::size_t>(range.b) - begin + 1));
  }
  std::string toString() const override { return std::string(bytes_); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace infra::antlr
