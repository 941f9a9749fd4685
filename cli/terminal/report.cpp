#include "cli/terminal/report.h"

#include <nlohmann/json.hpp>

#include "base/secrets/redactor.h"

namespace infra::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& object) { return object.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json diagnostics_json(const Diagnostics& diagnostics, const SourceMap& sources) {
  return Json::parse(render_json(diagnostics, sources)).at("diagnostics");
}

void print_failure(const Console& console, const Diagnostics& diagnostics, const SourceMap& sources,
                   const std::vector<Error>& errors) {
  Json object = {{"type", "failure"}};
  object["diagnostics"] = diagnostics_json(diagnostics, sources);
  object["errors"] = Json::array();
  for (const auto& error : errors) object["errors"].push_back(Json::parse(error_json(Redactor().clean(error))));
  console.print(dump(object) + "\n");
}

}  // namespace

bool report(const Console& console, const Diagnostics& diagnostics, const SourceMap& sources,
            const std::vector<Error>& errors) {
  const bool good = !diagnostics.has_errors() && errors.empty();
  if (console.json()) {
    if (!good) print_failure(console, diagnostics, sources, errors);
    return good;
  }
  if (!diagnostics.all().empty()) {
    console.complain(render_text(diagnostics, sources, {.colour = console.colour_errors()}));
  }
  for (const auto& error : errors) (void)console.fail(error);
  return good;
}

bool report(const Console& console, const Prepared& prepared) {
  return report(console, prepared.diagnostics, prepared.compiled.sources, prepared.errors);
}

std::string with_diagnostics(const std::string& object, const Diagnostics& diagnostics, const SourceMap& sources) {
  if (diagnostics.all().empty()) return object;
  auto json = Json::parse(object);
  json["diagnostics"] = diagnostics_json(diagnostics, sources);
  return dump(json);
}

}  // namespace infra::cli
