#include "tests/support/private_cluster.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/support/private_engine.h"

namespace infra::testing {

namespace {

std::string content(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

PrivateCluster::PrivateCluster(Pods pods) {
  start(pods == none ? std::vector<std::string>()
                     : std::vector<std::string>{"--pods", pods == pretended ? "pretend" : ""});
}
PrivateCluster::PrivateCluster(const std::string& engine) { start({"--pods", engine}); }

void PrivateCluster::start(const std::vector<std::string>& arguments) {
  if (const auto found = run({INFRA_SOURCE_DIR "/tools/kubernetes", "--find"}); found.code != 0) {
    skip_program(found.output);
  }
  std::vector<std::string> command{"python3", "-uB", INFRA_SOURCE_DIR "/tests/kubernetes/world/kube_world.py",
                                   folder_.path()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  auto started = Process::start(command, folder_ / "world.log");
  if (!started) throw std::runtime_error("the cluster can't be started");
  process_ = std::move(*started);
  await("ready\n", 1);
}

std::string PrivateCluster::log() const { return content(folder_ / "world.log"); }
std::string PrivateCluster::asked() const { return content(folder_ / "asked"); }
void PrivateCluster::set_faults(const std::string& lines) const { std::ofstream(folder_ / "faults") << lines; }
void PrivateCluster::ask_about_tokens(const std::string& url) {
  std::ofstream(folder_ / "tokens.json")
      << R"({"apiVersion":"v1","kind":"Config","current-context":"it","clusters":[{"name":"it","cluster":{"server":")"
      << url << R"("}}],"users":[{"name":"it","user":{}}],)"
      << R"("contexts":[{"name":"it","context":{"cluster":"it","user":"it"}}]})";
  std::ofstream(folder_ / "apiserver.flags")
      << "--authentication-token-webhook-config-file=" << folder_ / "tokens.json"
      << " --authentication-token-webhook-version=v1 --authentication-token-webhook-cache-ttl=1s";
  stop_server();
  await_server();
}

void PrivateCluster::stop_server() {
  ++restarts_;
  process_.signal(SIGHUP);
  await("stopped\n", restarts_);
}
void PrivateCluster::await_server() { await("restarted\n", restarts_); }

void PrivateCluster::await(const std::string& line, int times) {
  for (int i = 0; i < 4800 && process_.running(); ++i) {
    int seen = 0;
    const std::string said = log();
    for (auto at = said.find(line); at != std::string::npos; at = said.find(line, at + line.size())) ++seen;
    if (seen >= times) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  throw std::runtime_error("the cluster doesn't say `" + line.substr(0, line.size() - 1) + "`: " + log());
}

RunResult PrivateCluster::kubectl(std::vector<std::string> arguments, const std::string& input) const {
  arguments.insert(arguments.begin(), {"kubectl", "--kubeconfig", kubeconfig()});
  return run(arguments, input);
}

std::map<std::string, std::string> PrivateCluster::environment() const {
  const char* path = std::getenv("PATH");
  return {{"PATH", std::string(INFRA_BINARY_DIR ":") + (path != nullptr ? path : "/usr/bin:/bin")},
          {"LC_ALL", "C.UTF-8"},
          {"TERM", "xterm"},
          {"KUBECONFIG", kubeconfig()},
          {"CLUSTER", folder()},
          {"EXAMPLES", INFRA_SOURCE_DIR "/examples"}};
}

}  // namespace infra::testing
