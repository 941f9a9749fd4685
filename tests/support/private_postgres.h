// A PostgreSQL server of the test's own, from Debian's package: its own data, socket and port, killable and startable
// again.
#pragma once
#include <optional>
#include <string>

#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace infra::testing {

// Why this machine can't run one, or nullopt.
std::optional<std::string> postgres_obstacle();

class PrivatePostgres {
 public:
  struct Options {
    bool durable = false;  // with fsync: for measurements; a killed server loses nothing without it either
  };
  // Waits until it answers; throws if it doesn't. Ask postgres_obstacle() first.
  explicit PrivatePostgres(const Options& options);
  PrivatePostgres() : PrivatePostgres(Options{}) {}
  PrivatePostgres(const PrivatePostgres&) = delete;
  PrivatePostgres& operator=(const PrivatePostgres&) = delete;
  ~PrivatePostgres();

  // Over the socket, as the server's owner, without a password.
  [[nodiscard]] std::string url(const std::string& parameters = {}) const;
  // Over TCP, as "ada", with her password.
  [[nodiscard]] std::string tcp_url(const std::string& password, const std::string& parameters = {}) const;
  static std::string password() { return "opensesame"; }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string log() const;
  // What `psql` prints for it, without headers; throws with its words if it fails.
  [[nodiscard]] std::string sql(const std::string& text) const;
  void kill();   // -9, the server and, in a moment, all that it had started
  void pause();  // it takes connections and doesn't answer
  void resume();
  void start();  // again, on the same data
  void stop();

 private:
  [[nodiscard]] std::vector<std::string> as_owner(std::vector<std::string> command) const;
  [[nodiscard]] bool answers() const;
  void make_data();
  TempFolder folder_;
  Options options_;
  std::string programs_;  // the folder of initdb, postgres, psql
  int port_ = 0;
  Process server_;
};

}  // namespace infra::testing
