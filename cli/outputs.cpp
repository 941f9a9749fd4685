#include "cli/outputs.h"

#include <algorithm>

#include "base/values/codec.h"

namespace infra::cli {
namespace {

constexpr std::string_view kHidden = "***";

Result<Value> decoded(const RecordedOutput& output) {
  auto value = from_json(output.value);
  if (!value) return std::move(value).take_error(fmt::format("reading the recorded output {}", output.name));
  return value;
}

std::size_t widest_name(const Snapshot& state) {
  std::size_t width = 0;
  for (const auto& output : state.outputs) width = std::max(width, output.name.size());
  return width;
}

// On its line. A text of many lines, such as a file's, is what the command for one output prints.
std::string shown(const RecordedOutput& output, const Value& value) {
  if (output.secret) return std::string(kHidden);
  const auto* text = value.string();
  const auto lines = text != nullptr ? std::count(text->begin(), text->end(), '\n') : 0;
  if (lines < 2) return to_source(value);
  return fmt::format("({} lines: infra output {})", lines, output.name);
}

}  // namespace

Result<std::string> output_text(const RecordedOutput& output) {
  if (output.secret) return std::string(kHidden);
  auto value = decoded(output);
  if (!value) return std::move(value).error();
  return to_text(*value).value_or(to_source(*value));
}

Result<std::string> output_json(const RecordedOutput& output) {
  if (output.secret) return json_quote(kHidden);
  auto value = decoded(output);
  if (!value) return std::move(value).error();
  return to_plain_json(*value);
}

Result<std::string> outputs_text(const Snapshot& state) {
  std::string out;
  const auto width = widest_name(state);
  for (const auto& output : state.outputs) {
    auto value = decoded(output);
    if (!value) return std::move(value).error();
    out += fmt::format("{:<{}} = {}\n", output.name, width, shown(output, *value));
  }
  return out;
}

Result<std::string> outputs_json(const Snapshot& state) {
  std::string out = "{";
  for (const auto& output : state.outputs) {
    auto value = output_json(output);
    if (!value) return std::move(value).error();
    out += fmt::format("{}{}:{}", out.size() > 1 ? "," : "", json_quote(output.name), *value);
  }
  return out + "}";
}

}  // namespace infra::cli
