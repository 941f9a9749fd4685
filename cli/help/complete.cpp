#include "cli/help/complete.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "cli/app.h"
#include "workspace/stack_folder.h"

namespace infra::cli {
namespace {

using Paths = Completion::Paths;

// What stands at an option or argument, by its name there.
struct Meaning {
  std::string_view command;  // empty: any
  std::string_view place;    // "--set", or an argument's name
  std::string_view names;    // see NameSource; empty: none
  Paths paths = Paths::none;
  std::string_view behind = {};  // what a name is followed by
};

constexpr auto kMeanings = std::to_array<Meaning>({
    {"state mv", "FROM", "RECORDED"},
    {"state mv", "TO", "RECORDED"},
    {"state rm", "ADDRESS", "RECORDED"},
    {"state show", "ADDRESS", "RECORDED"},
    {"state push", "FILE", "", Paths::files},
    {"secret set", "NAME", "SECRET"},
    {"secret rm", "NAME", "SECRET"},
    {"rollback", "WORDS", "REV", Paths::folders},
    {"diff", "WORDS", "REV", Paths::folders},
    {"output", "WORDS", "OUTPUT", Paths::folders},
    {"show", "FORM", "FORM", Paths::files},
    {"fmt", "PLACES", "", Paths::files},
    {"apply", "DIR", "", Paths::files},  // also a saved plan
    {"help", "COMMAND", "COMMAND"},
    {"completion", "SHELL", "SHELL"},
    {"", "ADDRESS", "ADDRESS"},
    {"", "CODE", "CODE"},
    {"", "KIND|DIR", "KIND", Paths::folders},
    {"", "DIR", "", Paths::folders},
    {"", "REPO", "", Paths::folders},
    {"", "FILE", "", Paths::files},
    {"", "--set", "PARAM", Paths::none, "="},
    {"", "--secret", "SECRET", Paths::none, "="},
    {"", "--env", "ENV"},
    {"", "--target", "ADDRESS"},
    {"", "--replace", "ADDRESS"},
    {"", "--exclude", "ADDRESS"},
    {"", "--values", "", Paths::files},
    {"", "--out", "", Paths::files},
    {"", "--junit", "", Paths::files},
    {"", "--state", "", Paths::files},
    {"", "--from", "", Paths::files},
    {"", "--format", "FORMAT"},
    {"", "--dir", "", Paths::folders},
});

std::string_view below_program(const std::string& full) {
  const auto blank = full.find(' ');
  return blank == std::string::npos ? std::string_view() : std::string_view(full).substr(blank + 1);
}

const Meaning* meaning_of(const CLI::App& command, const std::string& place) {
  const auto full = full_name(command);
  const auto name = below_program(full);
  const auto at = std::ranges::find_if(
      kMeanings, [&](const Meaning& m) { return m.place == place && (m.command.empty() || m.command == name); });
  return at == kMeanings.end() ? nullptr : &*at;
}

// The words so far, understood: the command that they lead to and what is missing.
struct Typed {
  const CLI::App* command;
  const CLI::Option* awaited = nullptr;  // an option whose value comes next
  std::vector<std::string> arguments;
  std::set<const CLI::Option*> given;
};

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

std::vector<const CLI::Option*> options_of(const CLI::App& command) {
  std::vector<const CLI::Option*> out;
  for (const auto* option : command.get_options()) {
    if (!option->get_positional()) out.push_back(option);
  }
  return out;
}

std::vector<const CLI::Option*> positionals_of(const CLI::App& command) {
  std::vector<const CLI::Option*> out;
  for (const auto* option : command.get_options()) {
    if (option->get_positional()) out.push_back(option);
  }
  return out;
}

const CLI::Option* find_option(const CLI::App& command, const std::string& word) {
  for (const auto* option : options_of(command)) {
    if (option->check_name(word.substr(0, word.find('=')))) return option;
  }
  return nullptr;
}

Typed understand(const CLI::App& app, const std::vector<std::string>& words) {
  Typed out{.command = &app};
  for (const auto& word : words) {
    if (out.awaited != nullptr) {
      out.awaited = nullptr;
    } else if (word.starts_with('-') && word.size() > 1) {
      const auto* option = find_option(*out.command, word);
      if (option == nullptr) continue;
      out.given.insert(option);
      if (takes_value(*option) && word.find('=') == std::string::npos) out.awaited = option;
    } else {
      const auto below = subcommands_of(*out.command);
      const auto sub = std::ranges::find(below, word, [](const CLI::App* a) { return a->get_name(); });
      if (sub != below.end() && out.arguments.empty()) {
        out.command = *sub;
      } else {
        out.arguments.push_back(word);
      }
    }
  }
  return out;
}

std::string folder_of(const Typed& typed) {
  std::error_code ignored;  // a path that can't be looked at isn't a folder
  for (const auto& word : typed.arguments) {
    if (std::filesystem::is_directory(word, ignored)) return word;
  }
  return nearest_stack();
}

class Completer {
 public:
  Completer(const Typed& typed, std::string last, const NameSource& names)
      : typed_(typed), last_(std::move(last)), names_(names) {}

  Completion run() {
    if (typed_.awaited != nullptr) {
      value_of(*typed_.awaited, last_);
    } else if (last_.starts_with("--") && last_.find('=') != std::string::npos) {
      const auto equals = last_.find('=');
      if (const auto* option = find_option(*typed_.command, last_)) {
        prefix_ = last_.substr(0, equals + 1);
        value_of(*option, last_.substr(equals + 1));
      }
    } else if (last_.starts_with('-')) {
      option_names();
    } else {
      if (typed_.arguments.empty()) command_names();
      argument();
    }
    return std::move(out_);
  }

 private:
  void add(const Candidate& one, const std::string& typed) {
    if (one.word.starts_with(typed)) out_.candidates.push_back({prefix_ + one.word, one.note});
  }

  void meaning(const Meaning& what, const std::string& typed) {
    out_.paths = what.paths;
    if (what.names.empty()) return;
    for (auto one : names_(std::string(what.names), folder_of(typed_))) {
      one.word += what.behind;
      add(one, typed);
    }
  }

  void value_of(const CLI::Option& option, const std::string& typed) {
    for (const auto& name : option.get_lnames()) {
      if (const auto* found = meaning_of(*typed_.command, "--" + name)) return meaning(*found, typed);
    }
  }

  void option_names() {
    for (const auto* option : options_of(*typed_.command)) {
      const bool once = option->get_expected_max() <= 1;
      if (once && typed_.given.contains(option)) continue;
      for (const auto& name : option->get_lnames()) add({"--" + name, option->get_description()}, last_);
    }
  }

  void command_names() {
    for (const auto* below : subcommands_of(*typed_.command)) add({below->get_name(), below->get_description()}, last_);
  }

  void argument() {
    const auto all = positionals_of(*typed_.command);
    std::size_t at = typed_.arguments.size();
    for (const auto* one : all) {
      const auto most = static_cast<std::size_t>(std::max(1, one->get_expected_max()));
      if (at >= most) {
        at -= most;
        continue;
      }
      if (const auto* found = meaning_of(*typed_.command, one->get_name())) meaning(*found, last_);
      return;
    }
  }

  const Typed& typed_;
  std::string last_;
  const NameSource& names_;
  std::string prefix_;  // in front of each candidate: "--set="
  Completion out_;
};

}  // namespace

Completion complete(const CLI::App& app, const std::vector<std::string>& words, const NameSource& names) {
  if (words.empty()) return complete(app, {""}, names);
  const auto typed = understand(app, {words.begin(), words.end() - 1});
  return Completer(typed, words.back(), names).run();
}

}  // namespace infra::cli
