#include "cli/help/man_pages.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/app.h"
#include "cli/help/help_text.h"

namespace infra::cli {
namespace {

// A hyphen is a minus sign, as it is typed; a dot or quote at the beginning of a line would be a request.
std::string roff_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      if (out.empty() && (c == '.' || c == '\'')) out += "\\&";
      out += c;
    }
  }
  return out;
}

std::string page_name(const CLI::App& command) {
  auto name = full_name(command);
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string synopsis(const CLI::App& command) {
  std::string out = fmt::format(".B {}\n", roff_escaped(full_name(command)));
  bool options = false;
  for (const auto* option : command.get_options()) options = options || !option->get_positional();
  if (options) out += "[\\fIOPTIONS\\fR]\n";
  for (const auto* option : command.get_options()) {
    if (option->get_positional()) out += roff_escaped(argument_text(*option)) + "\n";
  }
  if (!subcommands_of(command).empty()) out += "\\fICOMMAND\\fR\n";
  return out;
}

void add_options(std::string& out, const CLI::App& command, bool positional, std::string_view title) {
  std::string rows;
  for (const auto* option : command.get_options()) {
    if (option->get_positional() != positional) continue;
    std::string names;
    if (positional) {
      names = fmt::format("\\fI{}\\fR", roff_escaped(option->get_name()));
    } else {
      for (const auto& name : option->get_snames())
        names += fmt::format("{}\\fB\\-{}\\fR", names.empty() ? "" : ", ", roff_escaped(name));
      for (const auto& name : option->get_lnames())
        names += fmt::format("{}\\fB\\-\\-{}\\fR", names.empty() ? "" : ", ", roff_escaped(name));
      if (option->get_items_expected_max() > 0)
        names += fmt::format(" \\fI{}\\fR", roff_escaped(option->get_type_name()));
    }
    rows += fmt::format(".TP\n{}\n{}\n", names, roff_escaped(option->get_description()));
  }
  if (!rows.empty()) out += fmt::format(".SH {}\n{}", title, rows);
}

constexpr std::string_view kProgram = R"(.SH ENVIRONMENT
.TP
\fBINFRA_ENV\fR
The environment, as \fB\-\-env\fR.
.TP
\fBINFRA_STATE\fR
Where the state is, as \fB\-\-state\fR.
.TP
\fBINFRA_PARAM_\fINAME\fR
The value of a param.
.TP
\fBINFRA_KEY\fR, \fBINFRA_KEY_FILE\fR, \fBINFRA_KEY_COMMAND\fR
The key of the state's secrets, a file with it, or a program that prints it.
.TP
\fBDOCKER_HOST\fR, \fBDOCKER_CONTEXT\fR
The engine of a node without an endpoint.
.TP
\fBNO_COLOR\fR, \fBCLICOLOR_FORCE\fR
Never, or always, use colours.
.SH FILES
.TP
\fI*.infra\fR
All such files of a folder are a stack.
.TP
\fI.infra/state.db\fR
The state, unless \fB\-\-state\fR says otherwise.
.TP
\fI.infra/key\fR
The key of the state's secrets. Keep a copy of it, and keep it out of git.
)";

constexpr std::string_view kExit = R"(.SH EXIT STATUS
.TP
0
Done.
.TP
1
Failed; the message says why, and what to do about it.
.TP
2
There is something to do (with \fB\-\-detailed\-exitcode\fR).
.TP
130
Interrupted; what was done is recorded.
)";

std::string page(const CLI::App& command, const std::string& version) {
  const bool top = command.get_parent() == nullptr;
  std::string out = fmt::format(".TH {} 1 \"\" \"infra {}\" \"infra\"\n", roff_escaped(page_name(command)), version);
  out +=
      fmt::format(".SH NAME\n{} \\- {}\n", roff_escaped(page_name(command)), roff_escaped(command.get_description()));
  out += ".SH SYNOPSIS\n" + synopsis(command);
  add_options(out, command, true, "ARGUMENTS");
  add_options(out, command, false, "OPTIONS");
  if (const auto below = subcommands_of(command); !below.empty()) {
    out += ".SH COMMANDS\n";
    for (const auto* one : below) {
      out +=
          fmt::format(".TP\n\\fB{}\\fR(1)\n{}\n", roff_escaped(page_name(*one)), roff_escaped(one->get_description()));
    }
  }
  if (top) out += kProgram;
  out += kExit;
  out += top ? ".SH SEE ALSO\n`infra docs` prints the guide and the reference, `infra explain CODE` the long form of a "
               "message.\n"
             : fmt::format(".SH SEE ALSO\n.BR {} (1)\n", roff_escaped(page_name(*command.get_parent())));
  return out;
}

void add_pages(const CLI::App& command, const std::string& version, std::vector<ManPage>& out) {
  out.push_back({page_name(command) + ".1", page(command, version)});
  for (const auto* below : subcommands_of(command)) add_pages(*below, version, out);
}

}  // namespace

std::vector<ManPage> man_pages(const CLI::App& app, const std::string& version) {
  std::vector<ManPage> out;
  add_pages(app, version, out);
  return out;
}

}  // namespace infra::cli
