#include "cli/help/help_text.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "cli/app.h"
#include "planner/render/terminal_text.h"

namespace infra::cli {
namespace {

constexpr std::size_t kNameColumns = 34;
constexpr int kSideBySide = 80;

struct Row {
  std::string name;
  std::string text;
};

// `text` from column `indent` on; the first line is already there up to it.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool first = column == indent;
    const auto needed = text_width(word) + (first ? 0 : 1);
    if (!first && width > 0 && column + needed > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!first) {
      out += ' ';
    }
    out += word;
    column += needed;
  }
  return out;
}

std::string row_text(const Row& row, int width) {
  const auto columns = static_cast<std::size_t>(width);
  std::string out = "  " + row.name;
  if (row.text.empty()) return out + "\n";
  if (width > 0 && width < kSideBySide) {
    constexpr std::size_t kBelow = 6;
    return out + "\n" + std::string(kBelow, ' ') + wrapped(row.text, kBelow, columns) + "\n";
  }
  const auto used = text_width(out);
  out += used + 2 > kNameColumns ? "\n" + std::string(kNameColumns, ' ') : std::string(kNameColumns - used, ' ');
  return out + wrapped(row.text, kNameColumns, columns) + "\n";
}

std::string section(std::string_view title, const std::vector<Row>& rows, int width) {
  if (rows.empty()) return {};
  auto out = fmt::format("\n{}:\n", title);
  for (const auto& row : rows) out += row_text(row, width);
  return out;
}

std::string option_name(const CLI::Option& option) {
  auto out = option.get_name(false, true);
  if (option.get_type_size() == 0) return out;  // a flag
  out += " " + option.get_type_name();
  if (option.get_expected_max() == CLI::detail::expected_max_vector_size) out += " ...";
  return out;
}

std::string usage(const CLI::App& command) {
  auto out = "Usage: " + full_name(command);
  std::string arguments;
  bool options = false;
  for (const auto* option : command.get_options()) {
    if (option->get_positional()) {
      arguments += " " + argument_text(*option);
    } else {
      options = true;
    }
  }
  if (options) out += " [OPTIONS]";
  out += arguments;
  if (!subcommands_of(command).empty()) out += command.get_require_subcommand_min() == 0 ? " [COMMAND]" : " COMMAND";
  return out;
}

std::vector<Row> option_rows(const CLI::App& command, bool positional) {
  std::vector<Row> out;
  for (const auto* option : command.get_options()) {
    if (option->get_positional() != positional || option->get_group().empty()) continue;
    out.push_back({positional ? argument_text(*option) : option_name(*option), option->get_description()});
  }
  return out;
}

class HelpFormatter final : public CLI::Formatter {
 public:
  explicit HelpFormatter(int width) : width_(width) {}
  std::string make_help(const CLI::App* app, std::string /*name*/, CLI::AppFormatMode /*mode*/) const override {
    return help_text(*app, width_);
  }

 private:
  int width_;
};

}  // namespace

std::string argument_text(const CLI::Option& option) {
  auto name = option.get_type_name().empty() ? option.get_name() : option.get_type_name();
  if (option.get_required() || name.starts_with('[')) return name;
  return fmt::format("[{}]", name);
}

std::string help_text(const CLI::App& command, int width) {
  const auto columns = static_cast<std::size_t>(width);
  auto out = wrapped(command.get_description(), 0, columns) + "\n" + wrapped(usage(command), 0, columns) + "\n";
  out += section("Arguments", option_rows(command, true), width);
  out += section("Options", option_rows(command, false), width);
  std::vector<Row> commands;
  for (const auto* below : subcommands_of(command)) commands.push_back({below->get_name(), below->get_description()});
  out += section("Commands", commands, width);
  return out + "\n" + wrapped(command.get_footer(), 0, columns) + "\n";
}

void use_help_text(CLI::App& app, int width) { app.formatter(std::make_shared<HelpFormatter>(width)); }

}  // namespace infra::cli
