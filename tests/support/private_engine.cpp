#include "tests/support/private_engine.h"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace infra::testing {

bool on_podman() {
  const auto* wanted = std::getenv("INFRA_TEST_ENGINE");
  return wanted != nullptr && std::string_view(wanted) == "podman";
}

std::optional<std::string> engine_obstacle() {
  if (geteuid() != 0) return "needs root to run a private engine";
  std::vector<std::pair<const char*, const char*>> needed = {
      {"dockerd", "docker.io"}, {"docker", "docker.io"}, {"containerd", "docker.io"}, {"runc", "docker.io"}};
  // The docker command speaks to Podman's API too.
  if (on_podman()) needed = {{"podman", "podman"}, {"conmon", "podman"}, {"runc", "runc"}, {"docker", "docker.io"}};
  for (const auto& [program, package] : needed) {
    if (run({"sh", "-c", std::string("command -v ") + program}).code != 0) {
      return std::string("needs the program ") + program + " (apt-get install " + package + ")";
    }
  }
  return std::nullopt;
}

void skip_program(const std::string& reason) {
  std::fprintf(stderr, "\n*** SKIPPED: %s\n\n", reason.c_str());
  std::fflush(nullptr);
  std::_Exit(77);
}

bool enter_own_network() {
  if (unshare(CLONE_NEWNET) != 0) return false;
  const int any = ::socket(AF_INET, SOCK_DGRAM, 0);
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool up = ioctl(any, SIOCSIFFLAGS, &request) == 0;
  close(any);
  return up;
}

PrivateEngine::PrivateEngine(const Options& options) : options_(options) {
  if (const auto reason = engine_obstacle()) skip_program(*reason);
  start();
}

PrivateEngine::~PrivateEngine() { stop(); }

std::vector<std::string> PrivateEngine::dockerd() const {
  // Without iptables and NAT: published ports work through dockerd's own proxy, and no other engine's rules are
  // touched.
  std::vector<std::string> out = {
      "dockerd",  "--data-root", folder_ / "data", "--exec-root",      folder_ / "exec",    "-H",
      endpoint(), "--pidfile",   folder_ / "pid",  "--iptables=false", "--ip6tables=false", "--ip-masq=false"};
  for (const auto& registry : options_.insecure_registries) out.insert(out.end(), {"--insecure-registry", registry});
  out.insert(out.end(), options_.arguments.begin(), options_.arguments.end());
  return out;
}

std::vector<std::string> PrivateEngine::podman() {
  // runc, for crun refuses some machines' cgroups; locks in files, for those in memory are all engines' of a machine.
  folder_.write("containers.conf",
                "[containers]\ndefault_ulimits = [\"nofile=16384:16384\", \"nproc=16384:16384\"]\n"
                "[engine]\nruntime = \"runc\"\ncgroup_manager = \"cgroupfs\"\n"
                "events_logger = \"file\"\nlock_type = \"file\"\n"
                "[network]\nnetwork_backend = \"netavark\"\nnetwork_config_dir = \"" +
                    (folder_ / "networks") + "\"\n");
  std::string registries = "unqualified-search-registries = [\"docker.io\"]\n";
  auto insecure = options_.insecure_registries;
  insecure.insert(insecure.end(), {"localhost", "127.0.0.1"});  // as Docker does by itself
  for (const auto& registry : insecure)
    registries += "[[registry]]\nlocation = \"" + registry + "\"\ninsecure = true\n";
  folder_.write("registries.conf", registries);
  if (!mounts_) {
    // Where it notes its networks is one folder for all of a machine, unless it sees another one there.
    const auto hold = "mkdir -p /run/containers '" + (folder_ / "notes") +
                      "' && mount --make-rprivate / && mount --bind '" + (folder_ / "notes") +
                      "' /run/containers && touch '" + (folder_ / "held") + "' && exec sleep infinity";
    mounts_ = Process::start({"unshare", "-m", "sh", "-c", hold}, folder_ / "log");
    for (int i = 0; i < 200 && !std::filesystem::exists(folder_ / "held"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return {"nsenter",
          "-m",
          "-t",
          std::to_string(mounts_ ? mounts_->id() : 0),
          "env",
          "CONTAINERS_CONF=" + (folder_ / "containers.conf"),
          "CONTAINERS_REGISTRIES_CONF=" + (folder_ / "registries.conf"),
          "podman",
          "--root",
          folder_ / "data",
          "--runroot",
          folder_ / "run",
          "--tmpdir",
          folder_ / "exec",
          "system",
          "service",
          "--time=0",
          endpoint()};
}

bool PrivateEngine::start_by(const std::vector<std::string>& command) {
  auto started = Process::start(command, folder_ / "log");
  if (!started) return false;
  daemon_ = std::move(*started);
  for (int i = 0; i < 600 && daemon_.running(); ++i) {
    if (answers()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

void PrivateEngine::start() {
  auto command = on_podman() ? podman() : dockerd();
  if (start_by(command)) return;
  if (!on_podman()) {
    command.emplace_back("--storage-driver=vfs");
    if (start_by(command)) return;
  }
  const auto text = log();
  skip_program("the engine doesn't run here; the end of its log:\n" +
               text.substr(text.size() > 2000 ? text.size() - 2000 : 0));
}

bool PrivateEngine::answers() const { return docker({"version"}).code == 0; }

void PrivateEngine::stop() {
  if (!daemon_.running()) return;
  // Quicker than dockerd's own end, which gives each container ten seconds.
  const auto all = docker({"ps", "-q"});
  std::istringstream ids(all.output);
  std::vector<std::string> kill = {"kill"};
  for (std::string id; all.code == 0 && ids >> id;) kill.push_back(id);
  // Podman's run on without it, with what starts them again.
  if (on_podman() && kill.size() > 1) kill = {"rm", "-f"};
  if (kill.front() == "rm") {
    const auto every = docker({"ps", "-aq"});
    std::istringstream all_ids(every.output);
    for (std::string id; every.code == 0 && all_ids >> id;) kill.push_back(id);
  }
  if (kill.size() > 1) docker(std::move(kill));  // stopping goes on without it
  daemon_.stop();
}

void PrivateEngine::restart() {
  daemon_.stop(std::chrono::seconds(60));
  start();
}

std::string PrivateEngine::log() const {
  std::ifstream file(folder_ / "log");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

RunResult PrivateEngine::docker(std::vector<std::string> arguments, const std::string& input) const {
  // A configuration of its own: the user's contexts, credentials and plugins mean nothing here.
  std::vector<std::string> words = {"env", "DOCKER_CONFIG=" + (folder_ / "cli"), "DOCKER_BUILDKIT=0",
                                    "DOCKER_HOST=" + endpoint(), "docker"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  auto result = run(words, input);
  if (result.output.ends_with('\n')) result.output.pop_back();
  return result;
}

std::vector<std::string> PrivateEngine::lines(std::vector<std::string> arguments) const {
  const auto result = docker(std::move(arguments));
  if (result.code != 0) throw std::runtime_error("docker failed: " + result.output);
  std::vector<std::string> out;
  std::istringstream text(result.output);
  for (std::string line; std::getline(text, line);) out.push_back(line);
  return out;
}

namespace {

std::vector<std::string> filtered(std::vector<std::string> command, const std::string& label) {
  if (!label.empty()) command.insert(command.end(), {"--filter", "label=" + label});
  return command;
}

}  // namespace

std::vector<std::string> PrivateEngine::containers(const std::string& label) const {
  return lines(filtered({"ps", "-a", "-q", "--no-trunc"}, label));
}
std::vector<std::string> PrivateEngine::networks(const std::string& label) const {
  return lines(filtered({"network", "ls", "-q", "--no-trunc"}, label));
}
std::vector<std::string> PrivateEngine::images(const std::string& label) const {
  return lines(filtered({"images", "-q", "--no-trunc"}, label));
}

std::string test_app() { return INFRA_TESTAPP; }

void load_test_image(const PrivateEngine& engine, const std::string& name) {
  const std::string app = test_app();
  const auto tar = run({"tar", "-C", app.substr(0, app.rfind('/')), "-c", app.substr(app.rfind('/') + 1)});
  const auto loaded = engine.docker({"import", "--change", "ENTRYPOINT [\"/infra_testapp\"]", "-", name}, tar.output);
  if (loaded.code != 0) throw std::runtime_error("docker import failed: " + loaded.output);
}

}  // namespace infra::testing
