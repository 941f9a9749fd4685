// Which parameters does the function around the cursor take?
#include <fmt/format.h>

#include "lsp/explain.h"
#include "lsp/lookup.h"
#include "lsp/methods.h"
#include "lsp/tokens.h"

namespace infra::lsp {
namespace {

struct OpenCall {
  std::string name;
  bool method = false;  // x.f(…): the first parameter stands before the dot
  unsigned argument = 0;
};

// The innermost call whose bracket is open at the cursor.
std::optional<OpenCall> open_call(const Place& place) {
  std::vector<OpenCall> open;
  std::string_view name;
  bool method = false;
  const std::string_view text = place.source().text;
  std::string_view before;
  for (const auto& piece : pieces(place.analysis.compiled.sources, place.file)) {
    if (piece.begin >= place.offset) break;
    if (piece.kind == Piece::name) {
      name = text.substr(piece.begin, piece.end - piece.begin);
      method = before == "DOT" || before == "OPTIONAL_DOT";
    }
    if (piece.token == "LPAREN") open.push_back({before == "NAME" ? std::string(name) : "", method, 0});
    if (piece.token == "LBRACKET" || piece.token == "LBRACE" || piece.token == "STRING_INTERPOLATION")
      open.push_back({});
    const bool closes = piece.token == "RPAREN" || piece.token == "RBRACKET" || piece.token == "RBRACE" ||
                        piece.token == "INTERPOLATION_CLOSE";
    if (closes && !open.empty()) open.pop_back();
    if (piece.token == "COMMA" && !open.empty()) ++open.back().argument;
    before = piece.token;
  }
  if (open.empty() || open.back().name.empty()) return std::nullopt;
  return open.back();
}

// The parameters as they stand in the label, parted at the commas that are in no bracket.
Json parameters_in(std::string_view label) {
  Json out = Json::array();
  const auto open = label.find('(');
  int depth = 0;
  auto begin = open + 1;
  for (auto at = open; at < label.size(); ++at) {
    const char c = label[at];
    if (c == '(' || c == '<' || c == '{') ++depth;
    if ((c == ',' && depth == 1) || (c == ')' && depth == 1)) {
      const auto skip = begin < at && label[begin] == ' ' ? 1U : 0U;
      if (at > begin) out.push_back({{"label", label.substr(begin + skip, at - begin - skip)}});
      begin = at + 1;
    }
    if (c == ')' || c == '}' || (c == '>' && label[at - 1] != '-')) --depth;
    if (depth == 0) break;
  }
  return out;
}

}  // namespace

Answer signature_help(Session& session, const Json& params) {
  const auto place = session.place(params);
  const auto call = place ? open_call(*place) : std::nullopt;
  if (!call) return Json();
  std::string doc;
  std::vector<std::string> labels;
  for (const auto& [span, symbol] : place->analysis.index.symbols) {
    if (symbol.fn == nullptr || symbol.name != call->name) continue;
    labels = {signature(*symbol.fn, place->analysis)};
    doc = symbol.doc;
  }
  if (const auto* function = find_function(call->name); function != nullptr && labels.empty()) {
    for (const auto text : signature_texts(*function)) labels.push_back(fmt::format("{}{}", function->name, text));
    doc = std::string(function->doc);
  }
  if (labels.empty()) return Json();
  const auto active = call->argument + (call->method ? 1U : 0U);
  Json all = Json::array();
  std::optional<std::size_t> shown;  // the first that takes so many
  for (const auto& label : labels) {
    const auto parameters = parameters_in(label);
    if (!shown && active < parameters.size()) shown = all.size();
    all.push_back(
        {{"label", label}, {"documentation", {{"kind", "markdown"}, {"value", doc}}}, {"parameters", parameters}});
  }
  return Json{{"signatures", all}, {"activeSignature", shown.value_or(0)}, {"activeParameter", active}};
}

}  // namespace infra::lsp
