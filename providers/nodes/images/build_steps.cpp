#include "providers/nodes/images/build_steps.h"

#include <fmt/format.h>

#include <charconv>

namespace infra::nodes {
namespace {

constexpr std::string_view kStep = "Step ";
constexpr std::string_view kPodmanStep = "STEP ";

struct Counted {  // "2/10" and what stands behind it
  std::size_t number = 0, total = 0;
  std::string_view rest;
};

std::optional<Counted> counted(std::string_view text) {
  Counted out;
  const auto* const end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, out.number);
  if (number.ec != std::errc() || number.ptr == end || *number.ptr != '/') return std::nullopt;
  const auto total = std::from_chars(number.ptr + 1, end, out.total);
  if (total.ec != std::errc()) return std::nullopt;
  out.rest = {total.ptr, static_cast<std::size_t>(end - total.ptr)};
  return out;
}

std::optional<std::string> docker_step(std::string_view line, std::size_t labels) {
  const auto step = counted(line.substr(kStep.size()));
  if (!step || step->total <= labels) return std::string(line);
  const auto total = step->total - labels;
  if (step->number > total) return std::nullopt;
  return fmt::format("{}{}/{}{}", kStep, step->number, total, step->rest);
}

// Of several stages each is counted by itself: "[1/2] STEP 2/4: RUN x".
std::optional<std::string> podman_step(std::string_view stage, std::string_view line, std::string_view whole) {
  const auto step = counted(line.substr(kPodmanStep.size()));
  if (!step || !step->rest.starts_with(": ")) return std::string(whole);
  const auto what = step->rest.substr(2);
  if (what.starts_with("LABEL \"infra.") || what.starts_with("LABEL infra.")) return std::nullopt;
  return fmt::format("{}{} : {}{}{}", kStep, step->number, what, stage.empty() ? "" : " ", stage);
}

}  // namespace

std::optional<std::string> user_line(std::string_view line, std::size_t labels) {
  if (line.starts_with(kStep)) return docker_step(line, labels);
  if (line.starts_with(kPodmanStep)) return podman_step("", line, line);
  const auto stage = line.starts_with('[') ? line.find("] ") : std::string_view::npos;
  if (stage != std::string_view::npos && line.substr(stage + 2).starts_with(kPodmanStep)) {
    return podman_step(line.substr(0, stage + 1), line.substr(stage + 2), line);
  }
  return std::string(line);
}

bool is_step(std::string_view line) { return line.starts_with(kStep); }

}  // namespace infra::nodes
