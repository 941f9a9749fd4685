#include "tests/scenario/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include "planner/render/render.h"

namespace infra::test {
namespace {

// Words are parted by blanks outside of quotes.
std::vector<std::string> split_words(const std::string& line) {
  std::vector<std::string> out;
  bool quoted = false;
  bool open = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ' ' && !quoted) {
      open = false;
      continue;
    }
    if (!open) out.emplace_back();
    open = true;
    out.back() += c;
  }
  return out;
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string item; std::getline(in, item, ',');) out.push_back(item);
  return out;
}

// "owner.path.attribute"
Value reference(const std::string& text) {
  const auto dot = text.rfind('.');
  return ref(text.substr(0, dot), text.substr(dot + 1));
}

std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool newline = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'n';
    out += newline ? '\n' : text[i];
    if (newline) ++i;
  }
  return out;
}

Value value_of(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  if (text.starts_with("secret:")) return Value::secret(text.substr(7));
  if (text.starts_with('@')) return reference(text.substr(1));
  if (text.starts_with('$')) {
    const auto mark = text.find('@');
    return Call{"+", {text.substr(1, mark - 1) + "-", reference(text.substr(mark + 1))}};
  }
  if (text.starts_with('[')) {
    List out;
    for (const auto& item : split_list(text.substr(1, text.size() - 2))) out.push_back(value_of(item));
    return out;
  }
  if (text.starts_with('"')) return unescaped(text.substr(1, text.size() - 2));
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return number;
  return text;
}

// "env.LOG" sets a member of a map.
void set_path(Map& map, const std::string& path, Value value) {
  const auto dot = path.find('.');
  if (dot == std::string::npos) return map.set(path, std::move(value));
  const auto name = path.substr(0, dot);
  Map inner = map[name].map() != nullptr ? *map[name].map() : Map{};
  set_path(inner, path.substr(dot + 1), std::move(value));
  map.set(name, std::move(inner));
}

void set_options(Options& options, const std::string& text) {
  for (const auto& option : split_list(text)) {
    if (option == "protect") options.protect = true;
    if (option == "keep") options.keep = true;
    if (option == "create_first") options.replace = Replace::create_first;
    if (option == "destroy_first") options.replace = Replace::destroy_first;
  }
}

// The Map with NAME=VALUE set.
Value config_with(const Value& map, const std::string& assignment) {
  auto members = map.map() != nullptr ? *map.map() : Map{};
  const auto equals = assignment.find('=');
  members.set(assignment.substr(0, equals), value_of(assignment.substr(equals + 1)));
  return members;
}

// What a command line says beside the targets.
struct Request {
  bool detail = false, wide = false, reverse = false;
  std::string fails;
  ToyStack::Request plan;
};

Request request_of(const std::vector<std::string>& words) {
  Request out;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto& word = words[i];
    if (word == "detail") {
      out.detail = true;
    } else if (word == "wide") {
      out.wide = true;
    } else if (word == "destroy") {
      out.plan.destroy = true;
    } else if (word == "refresh") {
      out.plan.refresh_only = true;
    } else if (word.starts_with("replace=")) {
      out.plan.replace = split_list(word.substr(8));
    } else if (word.starts_with("exclude=")) {
      out.plan.exclude = split_list(word.substr(8));
    } else if (word == "reverse") {
      out.reverse = true;
    } else if (word.starts_with("fail=")) {
      out.fails = word.substr(5);
    } else {
      out.plan.targets.push_back(word);
    }
  }
  return out;
}

std::string messages(const Planned& planned) {
  std::string out;
  for (const auto& d : planned.diagnostics.all()) {
    out += fmt::format("{}[{}]: {}\n", d.severity == Severity::error ? "error" : "warning", d.code, d.message);
    if (!d.help.empty()) out += fmt::format("  help: {}\n", d.help);
  }
  for (const auto& breach : planned.breaches) out += fmt::format("BREACH: {}\n", breach);
  return out;
}

}  // namespace

std::string Scenario::run(const std::string& script) {
  std::string out;
  std::istringstream in(script);
  bool fresh = true;
  for (std::string line; std::getline(in, line);) {
    const bool command_line = line.starts_with("> ");
    if (!command_line && !line.starts_with('#')) continue;
    if (line.starts_with('#')) {
      if (!fresh) out += '\n';
      out += line + "\n";
      fresh = true;
      continue;
    }
    out += line + "\n" + command(line.substr(2));
    fresh = false;
  }
  return out;
}

std::string Scenario::command(const std::string& line) {
  const auto words = split_words(line);
  const auto& verb = words.front();
  if (verb == "declare") return declare(words);
  if (verb == "remove") return stack_.remove(words[1]), stack_.moved_from.erase(at(words[1])), std::string();
  if (verb == "output") return output(words);
  if (verb == "remove_output") return stack_.outputs.erase(words[1]), std::string();
  if (verb == "platform") return stack_.platforms.push_back({words[1], "toy", Map{}, {}}), std::string();
  if (verb == "move") return stack_.resources.at(at(words[1])).platform = words[2], std::string();
  if (verb == "unreachable" || verb == "answer") return unreachable(words);
  if (verb == "plan" || verb == "steps" || verb == "json") return plan(words);
  if (verb == "apply") return apply(words);
  if (verb == "world") return world_.dump();
  return disturb(words);
}

std::string Scenario::declare(const Words& words) {
  Map config;
  Options options;
  std::vector<std::string> needs;
  stack_.moved_from.erase(at(words[1]));
  for (std::size_t i = 2; i < words.size(); ++i) {
    const auto equals = words[i].find('=');
    const auto name = words[i].substr(0, equals);
    const auto text = equals == std::string::npos ? std::string() : words[i].substr(equals + 1);
    if (equals == std::string::npos) {
      config.set("type", name);
    } else if (name == "needs") {
      needs = split_list(text);
    } else if (name == "options") {
      set_options(options, text);
    } else if (name == "ignore") {
      options.ignore = split_list(text);
    } else if (name == "moved_from") {
      stack_.moved_from[at(words[1])] = at(text);
    } else {
      set_path(config, name, value_of(text));
    }
  }
  stack_.declare(words[1], std::move(config), needs).options = options;
  return {};
}

std::string Scenario::output(const Words& words) {
  const auto equals = words[1].find('=');
  const auto name = words[1].substr(0, equals);
  const auto value = value_of(words[1].substr(equals + 1));
  stack_.outputs[name] = {.name = name, .value = value, .secret = value.has_secret()};
  return {};
}

// What others do to the world behind the record's back.
std::string Scenario::disturb(const Words& words) {
  const auto& verb = words.front();
  const auto address = at(words.at(1));
  if (verb == "gone") return world_.remove(address) ? "" : "nothing there\n";
  if (verb == "stray") {
    world_.add_stray(address, words.at(2), words.size() > 3 ? "" : "laptop");  // `stray ADDRESS TYPE unplaced`
    return {};
  }
  if (verb == "unrecord") {
    std::erase_if(world_.state.resources, [&](const auto& row) { return row.address == address; });
    return {};
  }
  auto* thing = world_.find(address);
  if (thing == nullptr) return "nothing there\n";
  if (verb == "gives") {
    thing->object.outputs = config_with(thing->object.outputs, words.at(2));
    return {};
  }
  if (verb == "edit") {
    thing->object.changed = {words.begin() + 2, words.end()};
    return {};
  }
  if (verb != "stop" && verb != "pend") throw std::invalid_argument("unknown command " + verb);
  thing->object.health.now = verb == "stop" ? Health::stopped : Health::starting;
  thing->object.health.detail = fmt::format("{}", fmt::join(words.begin() + 2, words.end(), " "));
  return {};
}

std::string Scenario::unreachable(const Words& words) {
  if (words.front() == "answer") {
    world_.unreachable.clear();
    return {};
  }
  Observation::Unreachable unreachable{
      .where = words.at(1), .error = {.code = "E0601", .message = "connection refused"}, .hidden = {}};
  for (std::size_t i = 2; i < words.size(); ++i) unreachable.hidden.push_back(at(words[i]));
  world_.unreachable.push_back(std::move(unreachable));
  return {};
}

std::string Scenario::plan(const Words& words) {
  const auto request = request_of(words);
  const auto planned = stack_.plan(world_, request.plan);
  auto out = messages(planned);
  if (words.front() == "steps") return out + dump_plan(planned.plan);
  if (words.front() == "json") return out + render_plan_json(planned.plan) + "\n";
  return out + render_plan(planned.plan, {.colour = false, .detail = request.detail, .width = request.wide ? 160 : 80});
}

std::string Scenario::apply(const Words& words) {
  const auto request = request_of(words);
  const auto planned = stack_.plan(world_, request.plan);
  auto out = messages(planned);
  if (planned.diagnostics.has_errors()) return out + "not applied\n";
  RunOptions options;
  if (request.reverse) options.pick = [](std::size_t ready) { return ready - 1; };
  if (!request.fails.empty()) {
    options.fails = [&](const Address& address, Step::Kind) { return address.text() == request.fails; };
  }
  world_.state = planned.state;
  const auto report = world_.run(planned.plan, planned.lowered, options);
  for (const auto& problem : report.problems) out += fmt::format("PROBLEM: {}\n", problem);
  out += fmt::format("{} done", report.done);
  if (report.failed > 0) out += fmt::format(", {} failed, {} skipped", report.failed, report.skipped);
  return out + "\n";
}

}  // namespace infra::test
