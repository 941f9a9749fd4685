// A docker-registry of the test's own, on a free port of 127.0.0.1.
#pragma once
#include <string>

#include "tests/support/private_engine.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace infra::testing {

class PrivateRegistry {
 public:
  struct Options {
    std::string username = {};  // with basic authentication if set
    std::string password = {};
    bool deletes = true;
  };
  explicit PrivateRegistry(const Options& options);
  PrivateRegistry() : PrivateRegistry(Options{}) {}
  PrivateRegistry(const PrivateRegistry&) = delete;
  PrivateRegistry& operator=(const PrivateRegistry&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string endpoint() const { return "localhost:" + std::to_string(port_); }
  void stop();
  void start();

 private:
  [[nodiscard]] std::string config() const;
  TempFolder folder_;
  Options options_;
  int port_ = 0;
  Process daemon_;
};

// For a managed registry: see registry_image.
void load_registry_image(const PrivateEngine& engine, const std::string& name);

// A port of 127.0.0.1 that nobody listened on just now.
int free_port();

}  // namespace infra::testing
