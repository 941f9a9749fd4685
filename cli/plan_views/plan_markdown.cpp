#include "cli/plan_views/plan_markdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "planner/render/deployment_text.h"
#include "planner/render/owner_text.h"
#include "planner/render/render.h"

namespace infra::cli {
namespace {

constexpr std::size_t kMostRows = 100;

// In a cell of a table, and outside of code: a name may hold any character.
std::string markdown_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '`' || c == '*' || c == '_' || c == '<' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string_view symbol(Action action) {
  switch (action) {
    case Action::create:
      return "+ create";
    case Action::update:
      return "~ update";
    case Action::replace:
      return "± replace";
    case Action::destroy:
      return "− destroy";
    case Action::forget:
      return "forget";
    case Action::adopt:
      return "adopt";
    case Action::no_op:
      break;
  }
  return "move";
}

// What becomes of its parts, and of a service's tasks.
std::string note_of(const Plan& plan, const OwnerChange& owner) {
  auto out = parts_note(plan, owner);
  for (const auto index : owner.changes) {
    const auto& change = plan.changes[index];
    if (!change.deployment || change.action == Action::no_op) continue;
    if (!out.empty()) out += "; ";
    out += deployment_text(plan.deployments[*change.deployment], change);
  }
  return out;
}

std::string table(const Plan& plan) {
  std::string rows;
  std::size_t count = 0;
  for (const auto& owner : plan.owners) {
    if (owner.action == Action::no_op && !owner.moved_from && owner.imported.empty()) continue;
    if (++count > kMostRows) continue;
    rows += fmt::format("| {} | {}{} | {} |\n", symbol(owner.action), markdown_escaped(owner.address.text()),
                        owner.drift ? " (drift)" : "", markdown_escaped(note_of(plan, owner)));
  }
  if (rows.empty()) return {};
  if (count > kMostRows) rows += fmt::format("| | … and {} more | |\n", count - kMostRows);
  return "\n| | declaration | |\n|---|---|---|\n" + rows;
}

// "Plan: 1 to create." and what follows it; or "No changes. …".
std::string summary_of(const std::string& plan) {
  for (std::size_t at = 0; at < plan.size();) {
    const auto end = std::min(plan.find('\n', at), plan.size());
    auto line = plan.substr(at, end - at);
    if (line.starts_with("Plan:") || line.starts_with("No changes.")) return line;
    at = end + 1;
  }
  return "Plan";
}

std::string warnings(const Prepared& prepared) {
  std::string out;
  for (const auto& one : prepared.diagnostics.all()) {
    if (out.empty()) out = "\nWarnings:\n\n";
    out += fmt::format("- {}: {}\n", one.code, markdown_escaped(one.message));
    if (out.size() > 5000) return out + "- …\n";
  }
  return out;
}

}  // namespace

std::string as_diff(std::string_view plan) {
  std::string out;
  while (!plan.empty()) {
    const auto end = std::min(plan.find('\n'), plan.size());
    auto line = std::string(plan.substr(0, end));
    plan.remove_prefix(std::min(end + 1, plan.size()));
    const auto first = line.find_first_not_of(' ');
    const bool marks = first != std::string::npos && first + 1 < line.size() && line[first + 1] == ' ';
    if (marks && (line[first] == '+' || line[first] == '-' || line[first] == '~')) {
      const char mark = line[first] == '~' ? '!' : line[first];  // `diff` colours `!`, not `~`
      line[first] = ' ';
      line[0] = mark;
    } else if (line.starts_with("-/+") || line.starts_with("+/-")) {
      line.insert(0, "! ");
    } else if (first == 0) {
      line.insert(0, "# ");  // a heading: never taken for a removed or added line
    }
    out += line + "\n";
  }
  return out;
}

std::string code_block(std::string_view language, std::string_view text, std::size_t most) {
  std::size_t longest = 0;
  for (std::size_t i = 0, run = 0; i < text.size(); ++i) {
    run = text[i] == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
  std::string body(text);
  if (body.size() > most) {
    const auto cut = body.rfind('\n', most);
    const auto left = std::count(body.begin() + static_cast<std::ptrdiff_t>(cut == std::string::npos ? 0 : cut + 1),
                                 body.end(), '\n');
    body.resize(cut == std::string::npos ? 0 : cut + 1);
    body += fmt::format("… and {} more lines: `infra plan` shows them\n", left);
  }
  return fmt::format("{}{}\n{}{}\n", fence, language, body, fence);
}

std::string plan_markdown(const PlanHeader& header, const Prepared& prepared) {
  const auto text = render_plan(prepared.plan, {.colour = false, .width = 120});
  std::string out =
      fmt::format("### infra plan: {}\n\n**{}**\n", markdown_escaped(header.stack), markdown_escaped(summary_of(text)));
  out += table(prepared.plan);
  out += warnings(prepared);
  auto about = header_text(header, false, 120);
  while (about.ends_with("\n\n")) about.pop_back();
  constexpr std::size_t kFrame = 200;  // of the fold and the fences
  const auto room = kMarkdownLimit - std::min(kMarkdownLimit, out.size() + about.size() + kFrame);
  out += "\n<details><summary>The whole plan</summary>\n\n";
  out += code_block("", about, about.size());
  out += "\n" + code_block("diff", as_diff(text), room) + "\n</details>\n";
  return out;
}

}  // namespace infra::cli
