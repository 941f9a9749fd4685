// The engine of a node without an endpoint is the one that Docker's own tools would use.
#include "workspace/default_engine.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/hash.h"

using namespace infra;
namespace fs = std::filesystem;

namespace {

// Docker's folder, with nothing of the real one; the variables are put back.
class Surroundings {
 public:
  Surroundings() : folder_(fs::temp_directory_path() / ("infra-docker-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    for (const auto* name : kNames) {
      const char* value = std::getenv(name);
      before_.emplace_back(name, value == nullptr ? std::optional<std::string>() : std::optional<std::string>(value));
      ::unsetenv(name);
    }
    ::setenv("DOCKER_CONFIG", folder_.c_str(), 1);
  }
  ~Surroundings() {
    for (const auto& [name, value] : before_) {
      if (value) ::setenv(name.c_str(), value->c_str(), 1);
      if (!value) ::unsetenv(name.c_str());
    }
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  void write(const fs::path& path, const std::string& text) const {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path) << text;
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  static constexpr const char* kNames[] = {"DOCKER_HOST",    "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH",
                                           "DOCKER_CONTEXT", "DOCKER_CONFIG",     "XDG_RUNTIME_DIR"};
  fs::path folder_;
  std::vector<std::pair<std::string, std::optional<std::string>>> before_;
};

std::string meta(const std::string& host) { return R"({"Endpoints": {"docker": {"Host": ")" + host + R"("}}})"; }

}  // namespace

TEST_CASE("DOCKER_HOST wins, with its certificates if they are asked for") {
  const Surroundings docker;
  docker.write("config.json", R"({"currentContext": "lab"})");
  docker.write("ca.pem", "x");
  docker.write("cert.pem", "x");
  ::setenv("DOCKER_HOST", "tcp://10.0.0.5:2376", 1);
  CHECK(default_engine().endpoint == "tcp://10.0.0.5:2376");
  CHECK(default_engine().ca.empty());
  ::setenv("DOCKER_TLS_VERIFY", "1", 1);
  CHECK(default_engine().ca == docker.path("ca.pem"));
  CHECK(default_engine().cert == docker.path("cert.pem"));
  CHECK(default_engine().key.empty());
}

TEST_CASE("a context is found by its name, in config.json or DOCKER_CONTEXT") {
  const Surroundings docker;
  docker.write("config.json", R"({"currentContext": "lab"})");
  docker.write("contexts/meta/" + sha256_hex("lab") + "/meta.json", meta("tcp://lab:2376"));
  docker.write("contexts/tls/" + sha256_hex("lab") + "/docker/ca.pem", "x");
  docker.write("contexts/meta/" + sha256_hex("other") + "/meta.json", meta("unix:///tmp/other.sock"));
  CHECK(default_engine().endpoint == "tcp://lab:2376");
  CHECK(default_engine().ca == docker.path("contexts/tls/" + sha256_hex("lab") + "/docker/ca.pem"));
  ::setenv("DOCKER_CONTEXT", "other", 1);
  CHECK(default_engine().endpoint == "unix:///tmp/other.sock");
  CHECK(default_engine().ca.empty());
}

TEST_CASE("a context that can't be read is never taken for this machine's engine") {
  const Surroundings docker;
  ::setenv("DOCKER_CONTEXT", "gone", 1);
  CHECK(default_engine().endpoint == "context:gone");
  docker.write("contexts/meta/" + sha256_hex("gone") + "/meta.json", "{ broken");
  CHECK(default_engine().endpoint == "context:gone");
  ::setenv("DOCKER_CONTEXT", "default", 1);
  CHECK(default_engine().endpoint.starts_with("unix://"));
}
