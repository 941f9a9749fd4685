#include "base/diagnostics/sarif.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/diagnostics/codes.h"
#include "base/secrets/url_secrets.h"

namespace infra {
namespace {

using OrderedJson = nlohmann::ordered_json;

// A URI may hold neither blanks nor other bytes that have a meaning in it.
std::string uri(std::string_view path) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos)
      out += c;
    else
      (out += '%', out += kHex[byte >> 4U], out += kHex[byte & 15U]);
  }
  return out;
}

OrderedJson region(const SourceMap& sources, Span span) {
  const auto begin = sources.locate(span.file, span.begin);
  const auto end = sources.locate(span.file, span.end);
  return {{"startLine", begin.line}, {"startColumn", begin.column}, {"endLine", end.line}, {"endColumn", end.column}};
}

OrderedJson location(const SourceMap& sources, const Label& label) {
  OrderedJson out;
  out["physicalLocation"] = {{"artifactLocation", {{"uri", uri(sources.file(label.span.file).path)}}},
                             {"region", region(sources, label.span)}};
  if (!label.text.empty()) out["message"] = {{"text", without_url_secrets(label.text)}};
  return out;
}

OrderedJson fix(const Diagnostic& diagnostic, const SourceMap& sources) {
  std::map<FileId, OrderedJson> changes;
  for (const auto& edit : diagnostic.fixes) {
    auto& change = changes[edit.span.file];
    if (change.is_null()) {
      change = {{"artifactLocation", {{"uri", uri(sources.file(edit.span.file).path)}}},
                {"replacements", OrderedJson::array()}};
    }
    change["replacements"].push_back(
        {{"deletedRegion", region(sources, edit.span)}, {"insertedContent", {{"text", edit.replacement}}}});
  }
  OrderedJson out = {
      {"description",
       {{"text", diagnostic.help.empty() ? "change it like this" : without_url_secrets(diagnostic.help)}}},
      {"artifactChanges", OrderedJson::array()}};
  for (auto& [file, change] : changes) out["artifactChanges"].push_back(std::move(change));
  return out;
}

OrderedJson result(const Diagnostic& diagnostic, const SourceMap& sources, const std::vector<std::string>& rules) {
  const auto rule = std::lower_bound(rules.begin(), rules.end(), diagnostic.code) - rules.begin();
  auto text = diagnostic.message;
  if (!diagnostic.help.empty()) text += "\nhelp: " + diagnostic.help;
  text = without_url_secrets(text);
  OrderedJson out = {{"ruleId", diagnostic.code},
                     {"ruleIndex", rule},
                     {"level", diagnostic.severity == Severity::error ? "error" : "warning"},
                     {"message", {{"text", text}}}};
  if (diagnostic.primary.span.somewhere()) out["locations"] = {location(sources, diagnostic.primary)};
  for (const auto& label : diagnostic.secondary) {
    if (label.span.somewhere()) out["relatedLocations"].push_back(location(sources, label));
  }
  // A half-hidden edit would be a wrong one.
  const bool may_be_shown = std::all_of(diagnostic.fixes.begin(), diagnostic.fixes.end(),
                                        [](const Edit& edit) { return url_secrets(edit.replacement).empty(); });
  if (!diagnostic.fixes.empty() && may_be_shown) out["fixes"] = {fix(diagnostic, sources)};
  return out;
}

OrderedJson rule(const std::string& code) {
  OrderedJson out = {{"id", code}};
  for (const auto& row : all_codes()) {
    if (row.code == code) out["shortDescription"] = {{"text", row.title}};
  }
  return out;
}

}  // namespace

std::string render_sarif(const Diagnostics& diagnostics, const SourceMap& sources, const std::string& version) {
  std::set<std::string> codes;
  for (const auto& one : diagnostics.all()) codes.insert(one.code);
  const std::vector<std::string> rules(codes.begin(), codes.end());
  OrderedJson driver = {{"name", "infra"}, {"version", version}, {"rules", OrderedJson::array()}};
  for (const auto& code : rules) driver["rules"].push_back(rule(code));
  OrderedJson run = {{"tool", {{"driver", std::move(driver)}}},
                     {"columnKind", "unicodeCodePoints"},
                     {"results", OrderedJson::array()}};
  for (const auto& one : diagnostics.all()) run["results"].push_back(result(one, sources, rules));
  const OrderedJson out = {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", {std::move(run)}}};
  return out.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

}  // namespace infra
