#include "tests/support/private_aws.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/support/private_engine.h"

namespace infra::testing {

void need_moto() {
  if (run({"python3", "-c", "import moto.moto_server.werkzeug_app"}).code != 0) {
    skip_program("needs moto, which is no Debian package: pip install 'moto[server]'");
  }
}

PrivateAws::PrivateAws(int speed, const std::string& registry, const std::string& cluster) : speed_(speed) {
  need_moto();
  auto started =
      Process::start({"env", "WORLD_SPEED=" + std::to_string(speed), "WORLD_REGISTRY=" + registry,
                      "WORLD_KUBERNETES=" + cluster, "python3", "-uB", INFRA_SOURCE_DIR "/tests/aws/world/world.py"},
                     folder_ / "log");
  if (!started) throw std::runtime_error("the world can't be started");
  process_ = std::move(*started);
  for (int i = 0; i < 2400 && process_.running() && port_ == 0; ++i) {
    std::istringstream(log()) >> port_;
    if (port_ == 0) std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  if (port_ == 0) throw std::runtime_error("the world doesn't answer: " + log());
}

std::string PrivateAws::log() const {
  std::ifstream file(folder_ / "log");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::map<std::string, std::string> PrivateAws::environment() const {
  const char* path = std::getenv("PATH");
  return {{"PATH", std::string(INFRA_BINARY_DIR ":") + (path != nullptr ? path : "/usr/bin:/bin")},
          {"LC_ALL", "C.UTF-8"},
          {"TERM", "xterm"},
          {"AWS_ACCESS_KEY_ID", "AKIDTEST"},
          {"AWS_SECRET_ACCESS_KEY", "test/secret+key"},
          {"AWS_REGION", "eu-west-1"},
          {"AWS_DEFAULT_REGION", "eu-west-1"},
          {"AWS_ENDPOINT_URL", endpoint()},
          {"AWS_EC2_METADATA_DISABLED", "true"},
          {"AWS_PAGER", ""},
          {"WORLD", endpoint() + "/world"},
          {"WORLD_TOOLS", INFRA_SOURCE_DIR "/tests/aws/world"},
          {"EXAMPLES", INFRA_SOURCE_DIR "/examples"},
          {"STACKS", INFRA_SOURCE_DIR "/tests/aws/stacks"},
          {"INFRA_CLOCK_SPEED", std::to_string(speed_)}};
}

}  // namespace infra::testing
