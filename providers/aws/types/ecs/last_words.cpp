#include "providers/aws/types/ecs/last_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/cut.h"
#include "providers/aws/types/ecs/ecs_revisions.h"
#include "providers/aws/types/ecs/ecs_rollout.h"
#include "providers/aws/types/ecs/ecs_tasks.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr std::int64_t kLines = 20;
constexpr std::size_t kLongestLine = 300;

std::string failed_container(const Value& task) {
  for (const auto& container : items_of(task["containers"])) {
    const auto& code = container["exitCode"];
    if (!code.is_null() && number_of(code) != 0) return text_of(container["name"]);
  }
  return {};
}

std::string lines_of(const List& events) {
  std::string out;
  for (const auto& event : events) {
    out += fmt::format("{}{}", out.empty() ? "" : "\n", cut(text_of(event["message"]), kLongestLine));
  }
  return out;
}

}  // namespace

std::string last_words_of_task(Account& account, const Value& task) {
  const auto name = failed_container(task);
  if (name.empty()) return {};
  const auto revision = describe_revision(account, text_of(task["taskDefinitionArn"]));
  if (!revision || !*revision) return {};
  for (const auto& container : items_of((*revision)->definition["containerDefinitions"])) {
    const auto& options = container["logConfiguration"]["options"];
    if (text_of(container["name"]) != name || options["awslogs-group"].is_null()) continue;
    const auto stream =
        fmt::format("{}/{}/{}", text_of(options["awslogs-stream-prefix"]), name, last_part(text_of(task["taskArn"])));
    const auto page = account.client.call("logs", "GetLogEvents",
                                          params({{"logGroupName", options["awslogs-group"]},
                                                  {"logStreamName", stream},
                                                  {"startFromHead", false},
                                                  {"limit", kLines}}));
    if (!page) return page.fault().not_found() ? "; it wrote nothing" : "";
    const auto lines = lines_of(items_of(page["events"]));
    return lines.empty() ? "; it wrote nothing" : "; the end of its log:\n" + lines;
  }
  return {};
}

std::string last_words_of_run(Account& account, const Known& run) {
  const auto found = describe_tasks(account, text_of(run.inputs["cluster"]), {run.id});
  if (!found || items_of(found.value()).empty()) return {};
  return last_words_of_task(account, items_of(found.value()).front());
}

std::string last_words_of_service(Account& account, const Known& service) {
  const auto tasks =
      failed_tasks(account, text_of(service.inputs["cluster"]), service.id, text_of(service.inputs["task_definition"]));
  for (const auto& task : tasks) {
    if (auto words = last_words_of_task(account, task); !words.empty()) return words;
  }
  return {};
}

}  // namespace infra::aws
