// Formatting: the language's one style, as the smallest run of lines that changes.
#include "grammar/format/format.h"

#include <algorithm>

#include "lsp/methods.h"

namespace infra::lsp {
namespace {

// How many bytes of whole lines two texts have in common at their fronts.
std::size_t common_front(std::string_view a, std::string_view b) {
  const auto differs = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
  const auto line = a.substr(0, static_cast<std::size_t>(differs)).rfind('\n');
  return line == std::string_view::npos ? 0 : line + 1;
}

std::size_t common_back(std::string_view a, std::string_view b) {
  std::size_t same = 0;
  std::size_t whole_lines = 0;
  while (same < a.size() && same < b.size() && a[a.size() - 1 - same] == b[b.size() - 1 - same]) {
    if (a[a.size() - 1 - same] == '\n') whole_lines = same;
    ++same;
  }
  return whole_lines;
}

}  // namespace

Answer formatting(Session& session, const Json& params) {
  const auto* document = session.document(params);
  if (document == nullptr) return Json::array();
  SourceMap sources;
  const auto file = sources.add(document->file.path, document->file.text);
  Diagnostics errors;
  const auto fresh = format(sources, file, errors);
  if (!fresh) return Refusal{kRequestFailed, "a file with syntax errors is left as it is: correct them first"};
  const std::string_view old = document->file.text;
  if (*fresh == old) return Json::array();
  const auto front = common_front(old, *fresh);
  const auto back = common_back(old.substr(front), std::string_view(*fresh).substr(front));
  const auto end = static_cast<std::uint32_t>(old.size() - back);
  return Json::array({{{"range", range_json(document->file, static_cast<std::uint32_t>(front), end)},
                       {"newText", fresh->substr(front, fresh->size() - back - front)}}});
}

}  // namespace infra::lsp
