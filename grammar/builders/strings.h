// What stands between quotes, as text: escapes and, in """…""", indentation.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics/diagnostic.h"

namespace infra {

class Strings {
 public:
  Strings(std::string_view source, FileId file, Diagnostics& diagnostics)
      : source_(source), file_(file), diagnostics_(diagnostics) {}

  // The text of these bytes of the file, its escapes replaced. After each newline `strip` columns are left out.
  std::string decode(std::uint32_t begin, std::uint32_t end, std::size_t strip = 0);
  // Trims the texts of """…""" (between them stand interpolations): the line of the opening quotes if nothing follows
  // them, the line of the closing quotes if nothing stands before them. What the lines have in common is the result.
  std::size_t strip_margin(std::vector<Span>& texts) const;

 private:
  std::uint32_t escape(std::uint32_t at, std::uint32_t end, std::string& out);
  std::uint32_t code_point(std::uint32_t at, std::uint32_t end, std::string& out);
  void report(std::uint32_t begin, std::uint32_t end, std::string help);

  std::string_view source_;
  FileId file_;
  Diagnostics& diagnostics_;
};

}  // namespace infra
