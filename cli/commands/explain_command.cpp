#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/diagnostics/codes.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/shared_options.h"
#include "manual/pages.h"

namespace infra::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidest = 100;

struct ExplainOptions {
  LookOptions look;
  std::string code;
};

int list(const Console& console) {
  Json all = Json::array();
  for (const auto& code : all_codes()) {
    if (console.json())
      all.push_back({{"code", code.code}, {"title", code.title}});
    else
      console.print(fmt::format("{}  {}\n", code.code, code.title));
  }
  if (console.json()) console.print(all.dump() + "\n");
  return kDone;
}

std::string upper_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c == 'e' ? 'E' : c; });
  return text;
}

int run(const ExplainOptions& options) {
  const Console console(options.look);
  if (options.code.empty()) return list(console);
  const auto code = upper_case(options.code);
  const auto* page = find_page(code);
  if (page == nullptr) {
    return console.fail({.code = "E0902",
                         .message = fmt::format("there is no code `{}`", options.code),
                         .help = "a code is E and four digits, as a message shows it; `infra explain` lists them all",
                         .context = {}});
  }
  if (console.json()) {
    const auto row = std::ranges::find(all_codes(), code, &Code::code);
    console.print(Json{{"code", code}, {"title", row->title}, {"markdown", page->text}}.dump() + "\n");
    return kDone;
  }
  const auto width = std::min(static_cast<std::size_t>(console.width()), kWidest);
  console.print(page_for_terminal(page->text, width, console.colour()));
  return kDone;
}

}  // namespace

void add_explain(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<ExplainOptions>();
  command.add_option("CODE", options->code, "A message's code, such as E0405; all are listed without it")
      ->type_name("");
  add_look(command, options->look);
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
