#include "importers/compose/compose_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/compose/compose_segments.h"
#include "importers/compose/compose_words.h"
#include "importers/shell.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

constexpr auto* kOwnCheck = "a health check that the image has stays on";

bool is_shell(const Word& word) {
  auto name = masked(word.text);
  name.erase(0, name.rfind('/') + 1);
  return name == "sh" || name == "bash" || name == "ash" || name == "dash";
}

// sh -c SCRIPT
bool is_script(const std::vector<Word>& words, std::size_t at) {
  if (at < 2 || !is_shell(words[at - 2])) return false;
  const auto option = masked(words[at - 1].text);
  return option.starts_with('-') && option.ends_with('c');
}

enum class Role { entrypoint, command, check };

// One command line of a service.
class Command {
 public:
  Command(ComposeService& service, ComposeContext& context, std::string place)
      : service_(service), context_(context), place_(std::move(place)) {}

  std::string write(const std::vector<Word>& words, Role role) {
    if (words.empty()) return "[]";
    std::vector<std::string> plain;
    plain.reserve(words.size());
    for (const auto& word : words) plain.push_back(masked(word.text));
    const auto parts = credentials_of_command(plain);
    bool secret = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (is_script(words, i)) {
        scripts_[i] = script(words[i].text);
        continue;
      }
      segments_.push_back(take_apart(words[i].text, parts[i]));
      secret = secret || has_secret(segments_.back());
    }
    if (!scripts_.empty()) return list_of(expressions(words));
    if (!secret) return in_words(words);
    // Options alone are for a program that only the image knows.
    if (role == Role::command && plain.front().starts_with('-')) return in_words(words);
    context_.notes.add(place_,
                       "it runs below /bin/sh, so that its secret comes from a variable of the container and "
                       "isn't shown");
    return through_shell(words, role);
  }

  // A text for /bin/sh -c.
  std::string script(const Template& text) {
    const auto segments = take_apart(text, credentials_of_script(masked(text)));
    ShellQuotes quotes;
    std::string out;
    for (const auto& segment : segments) {
      if (segment.kind == Segment::text) {
        quotes.pass(segment.value);
        out += inside(segment);
      } else if (segment.kind == Segment::secret) {
        // The variable of the container, whatever quotes it stands in.
        out += inside({.kind = Segment::text, .value = quotes.around("${" + variable_for(segment) + "}")});
      } else {
        out += inside(segment);
      }
    }
    return '"' + out + '"';
  }

 private:
  // What is a secret elsewhere in the file is one here, too, unless it is a word that could mean anything.
  std::vector<Part> with_known(const std::string& text, std::vector<Part> parts) const {
    constexpr std::size_t kShortest = 6;
    for (const auto& [value, holder] : context_.variables.secrets()) {
      if (value.size() < kShortest || value.find_first_of("0123456789") == std::string::npos) continue;
      for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at + value.size())) {
        const Part part{at, at + value.size()};
        const auto meets = [&](const Part& other) { return other.begin < part.end && part.begin < other.end; };
        if (std::none_of(parts.begin(), parts.end(), meets)) parts.push_back(part);
      }
    }
    std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.begin < b.begin; });
    return parts;
  }

  std::vector<Segment> take_apart(const Template& text, const std::vector<Part>& found) {
    const auto parts = with_known(masked(text), found);
    const auto name = fmt::format("{}_PASSWORD", service_.name);
    return segments_of(text, parts,
                       {.variable = name,
                        .part = name,
                        .doc = fmt::format("A secret in a command of the service {}; its value is in the Compose file.",
                                           service_.name)},
                       place_, context_.variables);
  }

  std::string inside(const Segment& segment) {
    const Piece piece =
        segment.kind == Segment::text ? Piece{.text = segment.value} : Piece{.text = {}, .variable = segment.use};
    return context_.variables.inside(Template{.pieces = {piece}}, place_, Variables::Place::text);
  }

  // A variable of the container that holds the secret; one is added if there is none.
  std::string variable_for(const Segment& segment) {
    for (const auto& [name, expression] : service_.secrets) {
      if (expression == segment.value) return name;
    }
    std::string name;
    for (const char c : segment.use.name.empty() ? segment.value : segment.use.name)
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    while (service_.has_variable(name)) name += "_SECRET";
    service_.secrets.emplace_back(name, segment.value);
    return name;
  }

  std::vector<std::string> expressions(const std::vector<Word>& words) {
    std::vector<std::string> out;
    std::size_t next = 0;
    for (std::size_t i = 0; i < words.size(); ++i)
      out.push_back(scripts_.contains(i) ? scripts_[i] : shown_word(segments_[next++]));
    return out;
  }

  std::string shown_word(const std::vector<Segment>& segments) {
    std::string out;
    for (const auto& segment : segments) {
      if (segment.kind == Segment::secret && segment.use.name.empty()) {
        auto param = context_.variables.clear_param(segment.value, place_);
        if (segments.size() == 1) return param;
        out += "${" + param + "}";
      } else if (segment.kind == Segment::text) {
        out += inside(segment);
      } else {
        const bool alone = segments.size() == 1;
        const Template text{.pieces = {{.text = {}, .variable = segment.use}}};
        if (alone) return context_.variables.expression(text, place_);
        out += inside({.kind = Segment::variable, .value = {}, .use = segment.use});
      }
    }
    return '"' + out + '"';
  }

  // Runs of words that a value may part further are one text for words().
  std::string in_words(const std::vector<Word>& words) {
    std::vector<std::string> runs, list;
    const auto close = [&] {
      if (!list.empty()) runs.push_back(list_of(list));
      list.clear();
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (!may_part(words[i]) || has_secret(segments_[i])) {
        list.push_back(shown_word(segments_[i]));
        continue;
      }
      close();
      context_.words_needed = true;
      runs.push_back(fmt::format("words({})", shown_word(segments_[i])));
    }
    close();
    return fmt::format("{}", fmt::join(runs, " + "));
  }

  // An unquoted variable whose value isn't known to be one word.
  bool may_part(const Word& word) {
    for (std::size_t i = 0; i < word.text.pieces.size(); ++i) {
      const auto& piece = word.text.pieces[i];
      if (!piece.variable || word.quoted[i]) continue;
      const auto usual = context_.variables.usual({.pieces = {piece}});
      if (!usual || usual->empty() || usual->find_first_of(" \t\n\"'\\") != std::string::npos) return true;
    }
    return false;
  }

  std::string through_shell(const std::vector<Word>& words, Role role) {
    std::string line = "exec";
    for (std::size_t i = 0; i < words.size(); ++i) {
      line += ' ' + (may_part(words[i]) && !has_secret(segments_[i]) ? parted(segments_[i]) : shell_word(segments_[i]));
    }
    if (role == Role::entrypoint) line += " \\\"$@\\\"";
    std::vector<std::string> out = {text_literal("/bin/sh"), text_literal("-c"), '"' + line + '"'};
    if (role == Role::entrypoint) out.push_back(text_literal("sh"));
    return list_of(out);
  }

  // The inside of a text of the language: what a shell takes for this word.
  std::string shell_word(const std::vector<Segment>& segments) {
    std::string out;
    for (const auto& segment : segments) {
      if (segment.kind == Segment::secret)
        out += inside({.kind = Segment::text, .value = "\"${" + variable_for(segment) + "}\""});
      else if (segment.kind == Segment::text)
        out += inside({.kind = Segment::text, .value = shell_quoted(segment.value)});
      else
        out += "'" + quoted_variable(segment) + "'";
    }
    return out;
  }

  // As many words as the value has.
  std::string parted(const std::vector<Segment>& segments) {
    context_.words_needed = true;
    return fmt::format(R"(${{[for word in words({}): "'${{word.replace("'", "'\\''")}}'"].join(" ")}})",
                       shown_word(segments));
  }

  std::string quoted_variable(const Segment& segment) {
    const Template text{.pieces = {{.text = {}, .variable = segment.use}}};
    const auto value = context_.variables.expression(text, place_);
    const auto subject = value.find(' ') == std::string::npos ? value : "(" + value + ")";
    return fmt::format(R"(${{{}.replace("'", "'\\''")}})", subject);
  }

  ComposeService& service_;
  ComposeContext& context_;
  std::string place_;
  std::vector<std::vector<Segment>> segments_;  // of each word but scripts
  std::map<std::size_t, std::string> scripts_;  // by word
};

std::vector<Word> list_words(Section& section, std::string_view key) {
  std::vector<Word> out;
  for (const auto& text : section.texts(key)) {
    Word word{.text = parse_template(text), .quoted = {}};
    word.quoted.resize(word.text.pieces.size(), true);
    out.push_back(std::move(word));
  }
  return out;
}

std::string words(Section& service, std::string_view key, ComposeService& out, ComposeContext& context) {
  const auto* value = service.take(key);
  if (value == nullptr) return {};
  Command command(out, context, service.below(key));
  const auto role = key == "command" ? Role::command : Role::entrypoint;
  if (!value->is_string()) return command.write(list_words(service, key), role);
  const auto parted = split_words(parse_template(value->get<std::string>()));
  if (parted) return command.write(*parted, role);
  service.note(key, fmt::format("a quote in it is never closed: {}", shown(*value)));
  return {};
}

}  // namespace

void read_commands(Section& service, ComposeService& out, ComposeContext& context) {
  out.entrypoint = words(service, "entrypoint", out, context);
  out.command = words(service, "command", out, context);
}

std::string health_command(Section& check, ComposeService& out, ComposeContext& context) {
  const auto* test = check.take("test");
  if (test == nullptr) return {};
  Command command(out, context, check.below("test"));
  const auto through_shell = [&](const std::string& text) {
    return list_of({text_literal("/bin/sh"), text_literal("-c"), command.script(parse_template(text))});
  };
  if (test->is_string()) return test->get<std::string>().empty() ? "" : through_shell(test->get<std::string>());
  auto words = list_words(check, "test");
  if (words.empty()) return {};
  const auto first = masked(words.front().text);
  if (first == "NONE") return check.note("test", kOwnCheck), "";
  if (first == "CMD-SHELL" && words.size() == 2) return through_shell(text_of((*test)[1]));
  if (first != "CMD" && first != "CMD-SHELL") check.note("test", "CMD, CMD-SHELL or NONE is expected first");
  words.erase(words.begin());
  return words.empty() ? "" : command.write(words, Role::check);
}

}  // namespace infra::importing
