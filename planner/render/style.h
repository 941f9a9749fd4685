// Colours of a terminal, or none.
#pragma once
#include <string>
#include <string_view>

namespace infra {

class Style {
 public:
  explicit Style(bool colour) : colour_(colour) {}
  [[nodiscard]] std::string green(std::string_view text) const { return paint("32", text); }
  [[nodiscard]] std::string yellow(std::string_view text) const { return paint("33", text); }
  [[nodiscard]] std::string red(std::string_view text) const { return paint("31", text); }
  [[nodiscard]] std::string bold(std::string_view text) const { return paint("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return paint("2", text); }

 private:
  [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const {
    std::string out;
    if (!colour_ || text.empty()) return out += text;
    out += "\x1b[";
    out += code;
    out += 'm';
    out += text;
    return out += "\x1b[0m";
  }
  bool colour_;
};

}  // namespace infra
