#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "base/find_program.h"
#include "base/values/codec.h"
#include "providers/aws/live/aws_live.h"
#include "providers/aws/types/network/ec2.h"

extern char** environ;

namespace infra::aws {

namespace {

constexpr const char* kPlugin = "session-manager-plugin";

// One word for the shell-like line that the API takes.
std::string quoted_word(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                          "@%_-+=:,./") == std::string::npos;
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string command_line(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + quoted_word(word);
  return out;
}

Error refused(const LiveContainer& in, const Fault& fault) {
  if (fault.message.find("execute command was not enabled") != std::string::npos) {
    return {.code = "E0720",
            .message = fmt::format("{} doesn't allow commands: ECS Exec was not enabled when its task was started",
                                   in.address.text()),
            .help = "`aws { exec = true }` on its task enables it, with the next rollout"};
  }
  return error_of(fault);
}

// It speaks with the container over a connection of its own, on this program's terminal. What it is told is what the
// aws command line tells it: the session, the region, the operation, a profile, the request, the endpoint.
Result<int> run_plugin(const std::string& session, const std::string& region, const std::string& target) {
  const std::vector<std::string> words = {
      kPlugin, session, region, "StartSession", "", target, fmt::format("https://ssm.{}.amazonaws.com", region)};
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));  // NOLINT: posix_spawn's
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int failed = ::posix_spawnp(&pid, kPlugin, nullptr, nullptr, arguments.data(), environ);
  if (failed != 0) {
    return Error{.code = "E0720", .message = fmt::format("{} can't be started: {}", kPlugin, std::strerror(failed))};
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<int> AwsLive::exec(const LiveContainer& in, const ExecRequest& request, const ExecStreams&, const Cancel&) {
  if (find_program(kPlugin).empty()) {
    return Error{
        .code = "E0720",
        .message = fmt::format("a command in a container of ECS needs the program {}, which isn't there", kPlugin),
        .help =
            "install it: https://docs.aws.amazon.com/systems-manager/latest/userguide/"
            "session-manager-working-with-install-plugin.html"};
  }
  const auto task = task_of(in);
  if (!task) return task.error();
  const auto answer = account_.client.call("ecs", "ExecuteCommand",
                                           params({{"cluster", cluster_of_id(in.id)},
                                                   {"task", task_of_id(in.id)},
                                                   {"container", in.container},
                                                   {"command", command_line(request.command)},
                                                   {"interactive", true}}));
  if (!answer) return refused(in, answer.fault());
  // The plugin finds the container by the agent's name for it.
  std::string runtime;
  for (const auto& container : items_of((*task)["containers"])) {
    if (text_of(container["name"]) == in.container) runtime = text_of(container["runtimeId"]);
  }
  const auto target = fmt::format("ecs:{}_{}_{}", cluster_of_id(in.id), last_part(task_of_id(in.id)), runtime);
  return run_plugin(to_plain_json(answer["session"]), account_.identity.region,
                    to_plain_json(params({{"Target", target}})));
}

}  // namespace infra::aws
