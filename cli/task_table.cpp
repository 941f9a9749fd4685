#include "cli/task_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "apply/deployments/deployment_record.h"
#include "base/text/likeness.h"
#include "base/text/one_line.h"
#include "base/text/rfc3339.h"
#include "base/values/codec.h"
#include "planner/decide/runs.h"
#include "planner/decide/targets.h"
#include "planner/render/deployment_text.h"
#include "planner/render/terminal_text.h"
#include "planner/rollout/echo.h"
#include "planner/rollout/task_set.h"

namespace infra::cli {
namespace {

constexpr std::size_t kColumns = 6;
using Line = std::array<std::string, kColumns>;

std::string text_or_empty(const Value& value) { return value.string() != nullptr ? *value.string() : std::string(); }

bool is_wanted(const Address& task, const std::vector<std::string>& targets) {
  return targets.empty() ||
         std::ranges::any_of(targets, [&](const auto& target) { return is_target(target, task.owner()); });
}

// The runs of jobs too, until the next one; of Kubernetes the pods are shown, and not what makes them.
bool is_shown(std::string_view type) { return type == kTask || type == "job_run"; }

TaskRow row_of(const ObservedObject& object) {
  TaskRow out{.task = object.address,
              .platform = object.platform,
              .node = text_or_empty(object.outputs["node"]),
              .revision = object.revision,
              .health = object.health,
              .created = object.created,
              .urls = {},
              .address = text_or_empty(object.outputs["address"])};
  if (const auto* urls = object.outputs["urls"].list()) {
    for (const auto& url : *urls) out.urls.push_back(text_or_empty(url));
  }
  return out;
}

// "45 s", "12 min", "3 h", "9 d"
std::string age_text(Moment created, Moment now) {
  using namespace std::chrono;
  if (created == Moment{}) return "-";
  const auto age = std::max(duration_cast<seconds>(now - created), seconds(0));
  if (age < minutes(2)) return fmt::format("{} s", age.count());
  if (age < hours(2)) return fmt::format("{} min", duration_cast<minutes>(age).count());
  if (age < hours(48)) return fmt::format("{} h", duration_cast<hours>(age).count());
  return fmt::format("{} d", duration_cast<hours>(age).count() / 24);
}

std::string health_text(const Health& health) {
  if (health.now == Health::healthy) return std::string(to_text(health.now));
  std::string more;
  if (health.restarts > 0) more = fmt::format("restarted {} time{}", health.restarts, health.restarts == 1 ? "" : "s");
  if (!health.detail.empty()) more += (more.empty() ? "" : ", ") + one_line(health.detail);
  return more.empty() ? std::string(to_text(health.now)) : fmt::format("{} ({})", to_text(health.now), more);
}

Line line_of(const TaskRow& row, Moment now) {
  const auto where = row.urls.empty() ? row.address : fmt::format("{}", fmt::join(row.urls, " "));
  return {row.task.text(),
          row.node,
          short_revision(row.revision),
          health_text(row.health),
          age_text(row.created, now),
          where};
}

std::string quoted(const std::string& text) { return text.empty() ? "null" : json_quote(text); }

std::string json_of(const TaskRow& row) {
  std::string urls;
  for (const auto& url : row.urls) urls += (urls.empty() ? "" : ",") + json_quote(url);
  const auto created = row.created == Moment{} ? std::string("null") : json_quote(rfc3339(row.created));
  return fmt::format(
      R"({{"task":{},"service":{},"platform":{},"node":{},"revision":{},"health":{},"detail":{},"exit":{},"restarts":{},)"
      R"("created":{},"address":{},"urls":[{}]}})",
      json_quote(row.task.text()), json_quote(row.task.owner().text()), json_quote(row.platform), quoted(row.node),
      quoted(row.revision), json_quote(to_text(row.health.now)), json_quote(row.health.detail), row.health.exit,
      row.health.restarts, created, quoted(row.address), urls);
}

}  // namespace

std::optional<Error> unknown_target(const Surroundings& looked, const std::vector<std::string>& targets) {
  std::set<Address> known;
  for (const auto& object : looked.observed.objects) {
    if (is_shown(object.type)) known.insert(object.address.owner());
  }
  for (const auto& row : looked.state.resources) {
    const bool runs =
        row.type == kTaskSet || row.type == "deployment" || row.type == "daemon_set" || runs_once(row.type);
    if (is_shown(row.type) || runs) known.insert(row.address.owner());
  }
  for (const auto& target : targets) {
    if (std::ranges::any_of(known, [&](const auto& owner) { return is_target(target, owner); })) continue;
    std::vector<std::string> names;
    names.reserve(known.size());
    for (const auto& owner : known) names.push_back(owner.text());
    const auto close = did_you_mean(target, names);
    return Error{.code = "E0704",
                 .message = fmt::format("--target `{}` names no service or job that is recorded or runs", target),
                 .help = close.empty() ? "give an address as `infra ps` shows it, without the task's number"
                                       : fmt::format("did you mean `{}`?", close),
                 .context = {}};
  }
  return std::nullopt;
}

std::vector<TaskRow> task_rows(const Observation& observed, const std::vector<std::string>& targets) {
  std::vector<TaskRow> out;
  for (const auto& object : observed.objects) {
    if (is_shown(object.type) && is_wanted(object.address, targets)) out.push_back(row_of(object));
  }
  std::sort(out.begin(), out.end(), [](const TaskRow& a, const TaskRow& b) {
    const auto x = a.task.owner();
    const auto y = b.task.owner();
    return x == y ? earlier_task(a.task, b.task) : x < y;
  });
  return out;
}

std::string tasks_text(const std::vector<TaskRow>& rows, Moment now) {
  std::vector<Line> lines{{"TASK", "NODE", "REVISION", "HEALTH", "AGE", "ADDRESS"}};
  for (const auto& row : rows) lines.push_back(line_of(row, now));
  std::array<std::size_t, kColumns> width{};
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < kColumns; ++i) width[i] = std::max(width[i], text_width(line[i]));
  }
  std::string out;
  for (const auto& line : lines) {
    std::string text;
    for (std::size_t i = 0; i < kColumns; ++i) {
      text += line[i];
      if (i + 1 < kColumns) text += std::string(width[i] - text_width(line[i]) + 2, ' ');
    }
    while (text.ends_with(' ')) text.pop_back();
    out += text + "\n";
  }
  return out;
}

std::string tasks_json(const std::vector<TaskRow>& rows, const std::vector<RecordedCertificate>& certificates) {
  std::string out, ends;
  for (const auto& row : rows) out += (out.empty() ? "" : ",") + json_of(row);
  for (const auto& one : certificates) {
    List hosts(one.hosts.begin(), one.hosts.end());
    ends += (ends.empty() ? "" : ",") +
            to_plain_json(
                Map({{"of", one.part.owner().text()}, {"hosts", std::move(hosts)}, {"expires", rfc3339(one.expires)}}));
  }
  return fmt::format(R"({{"format_version":1,"tasks":[{}],"certificates":[{}]}})", out, ends);
}

std::vector<std::string> certificate_lines(const std::vector<RecordedCertificate>& rows, Moment now) {
  std::vector<std::string> out;
  for (const auto& one : rows) {
    const bool valid = one.expires > now;
    out.push_back(fmt::format("{}: its certificate for {} {} {} ({})", one.part.owner().text(),
                              fmt::join(one.hosts, ", "), valid ? "expires in" : "has expired",
                              valid ? age_text(now, one.expires) : age_text(one.expires, now) + " ago",
                              rfc3339(one.expires)));
  }
  return out;
}

std::vector<std::string> failed_deployments(const Snapshot& state) {
  std::vector<std::string> out;
  for (const auto& d : state.deployments) {
    if (d.status != "rolled_back" && d.status != "failed") continue;
    const auto how = d.status == "failed" ? "" : " and was rolled back";
    out.push_back(fmt::format("{}: its last deployment failed at {}{}: {}", d.name, d.ended, how, d.reason));
  }
  return out;
}

}  // namespace infra::cli
