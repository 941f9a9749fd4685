#include "importers/stack_text.h"

#include <fmt/format.h>

#include <array>

#include "base/values/address.h"
#include "base/values/value.h"
#include "grammar/format/format.h"
#include "importers/characters.h"
#include "importers/section.h"

namespace infra::importing {
namespace {

bool starts_name(char c) { return letter(c) || c == '_'; }

// Whole numbers of the largest unit that divides the amount.
template <std::size_t N>
std::string in_units(std::int64_t amount, const std::array<std::pair<std::string_view, std::int64_t>, N>& units) {
  for (const auto& [unit, size] : units) {
    if (amount % size == 0) return fmt::format("{}{}", amount / size, unit);
  }
  return {};
}

}  // namespace

std::string text_literal(std::string_view text) { return to_source(Value(std::string(text))); }

std::string list_of(const std::vector<std::string>& expressions) {
  return fmt::format("[{}]", fmt::join(expressions, ", "));
}

std::string list_of_texts(const std::vector<std::string>& texts) {
  std::vector<std::string> out;
  out.reserve(texts.size());
  for (const auto& text : texts) out.push_back(text_literal(text));
  return list_of(out);
}

std::string key_of(std::string_view text) {
  bool plain = !text.empty() && starts_name(text[0]) && text != "for";
  for (const char c : text) plain = plain && (starts_name(c) || digit(c));
  return plain ? std::string(text) : text_literal(text);
}

std::string bytes_of(std::int64_t bytes) {
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits = {
      {{"GiB", std::int64_t{1} << 30}, {"MiB", 1 << 20}, {"MB", 1'000'000}, {"KiB", 1 << 10}, {"B", 1}}};
  return in_units(bytes, kUnits);
}

std::string duration_of(std::int64_t milliseconds) {
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> kUnits = {
      {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
  return milliseconds == 0 ? "0s" : in_units(milliseconds, kUnits);
}

std::string cpu_of(std::int64_t units) {
  constexpr double kWhole = 1024;
  return fmt::format("{}vcpu", static_cast<double>(units) / kWhole);
}

std::string stack_name_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z')
      out += static_cast<char>(c - 'A' + 'a');
    else
      out += (c >= 'a' && c <= 'z') || digit(c) || c == '-' || c == '_' ? c : '-';
  }
  out.erase(0, out.find_first_not_of("-_"));
  return out.empty() ? "imported" : out;
}

namespace {

// Platforms and the names of a network know neither capital letters nor `_`: Web_2 and web-2 would be one there.
std::string told_apart_by(std::string_view kind, const std::string& name) {
  return kind == "param" ? name : run_time_name(name);
}

}  // namespace

std::string Names::of(std::string_view kind, std::string_view identity, std::string_view text) {
  const auto known = given_.find({std::string(kind), std::string(identity)});
  if (known != given_.end()) return known->second;
  std::string name;
  for (const char c : text) name += starts_name(c) || digit(c) ? c : '_';
  if (name.empty() || digit(name[0])) name.insert(0, "n");
  static const std::set<std::string> kWords = {"for", "in", "if", "else", "and", "or", "not", "true", "false", "null"};
  if (kWords.contains(name)) name += '_';  // these can't stand for a value
  if (kind == "param" && used_.contains({"param", name}) && reserved_.contains(name)) name += "_value";
  auto free = name;
  for (int n = 2; !used_.insert({std::string(kind), told_apart_by(kind, free)}).second; ++n)
    free = fmt::format("{}_{}", name, n);
  given_[{std::string(kind), std::string(identity)}] = free;
  return free;
}

void Names::reserve(std::string_view kind) {
  for (const auto* word :
       {"main",    "core",    "here",      "image",     "task",   "service", "vpc",      "cluster",
        "subnet",  "host",    "none",      "bridge",    "awsvpc", "dynamic", "never",    "on_failure",
        "started", "healthy", "completed", "succeeded", "tcp",    "udp",     "platform", "self"}) {
    used_.insert({std::string(kind), told_apart_by(kind, word)});
    reserved_.insert(word);
  }
}

void StackText::comment(std::string_view text) { line(text.empty() ? "//" : fmt::format("// {}", text)); }

void StackText::line(std::string_view text) {
  text_ += text;
  text_ += '\n';
}

void StackText::set(std::string_view name, const std::string& expression) {
  if (!expression.empty()) line(fmt::format("{} = {}", name, expression));
}

void StackText::map(std::string_view name, const Pairs& entries) {
  if (entries.empty()) return;
  const bool one_line = entries.size() < 3;
  std::string inside;
  for (const auto& [key, expression] : entries) {
    if (!inside.empty()) inside += one_line ? ", " : "\n";
    inside += fmt::format("{}: {}", key_of(key), expression);
  }
  line(one_line ? fmt::format("{} = {{ {} }}", name, inside) : fmt::format("{} = {{\n{}\n}}", name, inside));
}

Result<std::string> formatted(const std::string& text, const std::string& name) {
  SourceMap sources;
  Diagnostics diagnostics;
  const auto file = sources.add(name, text);
  if (auto out = format(sources, file, diagnostics)) return *std::move(out);
  return Error{.code = "E0910",
               .message = fmt::format("{} can't be written as a stack: {}", name, diagnostics.all().front().message),
               .help = "this is a bug of infra: please report it with the file",
               .context = {}};
}

void write_head(StackText& out, const std::string& from, const std::vector<std::string>& left_out) {
  out.comment(fmt::format("Imported from {}.", one_line(from)));
  if (left_out.empty()) return;
  out.comment("");
  out.comment("Not carried over:");
  for (const auto& one : left_out) out.comment("- " + one);
}

}  // namespace infra::importing
