// An engine of the test's own: its own data, socket, containerd and, if asked, its own network, so that tests run side
// by side and beside the machine's engine. It is Docker's, or Podman's where INFRA_TEST_ENGINE=podman: the same tests
// run on both.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace infra::testing {

// Why this machine can't run a private engine (not root, no dockerd), or nullopt.
std::optional<std::string> engine_obstacle();

bool on_podman();

// Prints the reason and ends the program with 77, which CTest shows as "Skipped".
[[noreturn]] void skip_program(const std::string& reason);

// Gives the calling thread, and what it starts from now on, a network of its own with nothing but a loopback device.
// Ports and subnets then can't collide with anybody's. Call it before the first thread. false if not permitted.
bool enter_own_network();

class PrivateEngine {
 public:
  struct Options {
    std::vector<std::string> insecure_registries = {};
    std::vector<std::string> arguments = {};
  };
  // Waits until it answers; skips the program if the machine can't.
  explicit PrivateEngine(const Options& options);
  PrivateEngine() : PrivateEngine(Options{}) {}
  PrivateEngine(const PrivateEngine&) = delete;
  PrivateEngine& operator=(const PrivateEngine&) = delete;
  ~PrivateEngine();

  [[nodiscard]] std::string socket() const { return folder_ / "docker.sock"; }
  [[nodiscard]] std::string endpoint() const { return "unix://" + socket(); }
  [[nodiscard]] std::string log() const;
  // The docker command against this engine; output without the last newline.
  RunResult docker(std::vector<std::string> arguments, const std::string& input = {}) const;
  // docker's output as lines; throws with the output if it fails.
  std::vector<std::string> lines(std::vector<std::string> arguments) const;
  // Ids of all containers, running or not, that carry the label ("infra.stack=shop"); "" for all.
  [[nodiscard]] std::vector<std::string> containers(const std::string& label = {}) const;
  [[nodiscard]] std::vector<std::string> networks(const std::string& label) const;
  [[nodiscard]] std::vector<std::string> images(const std::string& label = {}) const;
  void stop();
  // Again after stop(), on the same data.
  void start();
  // As `systemctl restart docker` does it: what runs is ended by the engine, not by hand, and comes back by its policy.
  void restart();

 private:
  [[nodiscard]] bool answers() const;
  [[nodiscard]] bool start_by(const std::vector<std::string>& command);
  [[nodiscard]] std::vector<std::string> dockerd() const;
  [[nodiscard]] std::vector<std::string> podman();
  TempFolder folder_;
  Options options_;
  // Podman's mounts, the networks of its containers among them, as long as this object lives.
  std::optional<Process> mounts_;
  Process daemon_;
};

// The static web server of tests/support/app as an image FROM scratch; see its usage text.
void load_test_image(const PrivateEngine& engine, const std::string& name);
// Where that program lies on this machine, to be copied into a build context.
std::string test_app();

}  // namespace infra::testing
