#include "providers/nodes/balancer/backend_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "providers/nodes/context.h"

namespace infra::nodes::balancer {

namespace {

constexpr std::chrono::milliseconds kProbe{2'000};

std::chrono::milliseconds time_in(const Value& value, std::chrono::milliseconds fallback) {
  const auto* duration = value.get<Duration>();
  return duration != nullptr ? std::chrono::milliseconds(duration->ms) : fallback;
}

std::chrono::milliseconds written_time(std::string_view text) {
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return std::chrono::milliseconds(out);
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  for (;;) {
    const auto end = text.find(at);
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::vector<Backend> backends_of(const Value& inputs) {
  std::vector<Backend> out;
  const auto* all = inputs["backends"].map();
  if (all == nullptr) return out;
  for (const auto& [name, config] : *all) {
    out.push_back({.name = name,
                   .service = text_of(config["service"]),
                   .container = text_of(config["container"]),
                   .port = text_of(config["port"]),
                   .hold = config["hold"] == Value(true),
                   .drain = time_in(config["drain"], std::chrono::minutes(5)),
                   .timeout = std::min(time_in(config["health"]["timeout"], kProbe), kProbe),
                   .path = text_of(config["health"]["path"])});
  }
  return out;
}

std::string to_table(const std::vector<Backend>& backends) {
  std::string out;
  for (const auto& b : backends) {
    out += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", b.name, b.service, b.container, b.port, b.hold ? 1 : 0,
                       b.drain.count(), b.timeout.count(), b.path);
  }
  return out;
}

std::string table_of_part(std::string_view table, std::string_view part) {
  std::string out;
  for (const auto& line : split(table, '\n')) {
    const auto tab = line.find('\t');
    if (tab != std::string::npos && std::string_view(line).substr(0, tab) == part) out += line.substr(tab + 1) + "\n";
  }
  return out;
}

std::vector<Backend> from_table(std::string_view table) {
  std::vector<Backend> out;
  for (const auto& line : split(table, '\n')) {
    const auto fields = split(line, '\t');
    if (fields.size() != 8) continue;
    out.push_back({.name = fields[0],
                   .service = fields[1],
                   .container = fields[2],
                   .port = fields[3],
                   .hold = fields[4] == "1",
                   .drain = written_time(fields[5]),
                   .timeout = written_time(fields[6]),
                   .path = fields[7]});
  }
  return out;
}

}  // namespace infra::nodes::balancer
