#include "tests/support/private_postgres.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/support/private_registry.h"  // free_port

namespace infra::testing {
namespace {

constexpr const char* kVersions = "/usr/lib/postgresql";

// Of the newest version that is installed; empty: none.
std::string find_programs() {
  std::vector<std::pair<int, std::string>> found;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(kVersions, none)) {
    const auto folder = entry.path() / "bin";
    if (std::filesystem::exists(folder / "postgres")) {
      found.emplace_back(std::atoi(entry.path().filename().c_str()), folder.string());
    }
  }
  return found.empty() ? "" : std::max_element(found.begin(), found.end())->second;
}

void must_run(const std::vector<std::string>& command) {
  const auto done = run(command);
  if (done.code != 0) throw std::runtime_error(command.back() + " failed: " + done.output);
}

}  // namespace

std::optional<std::string> postgres_obstacle() {
  if (find_programs().empty()) return "needs PostgreSQL's server (apt-get install postgresql)";
  if (::geteuid() == 0 && run({"id", "-u", "postgres"}).code != 0)
    return "needs the user postgres, as root can't run it";
  return std::nullopt;
}

PrivatePostgres::PrivatePostgres(const Options& options)
    : options_(options), programs_(find_programs()), port_(free_port()) {
  if (const auto reason = postgres_obstacle()) throw std::runtime_error(*reason);
  make_data();
  start();
  must_run({programs_ + "/psql", "-X", "-q", "-U", "postgres", "-h", folder_.path(), "-p", std::to_string(port_), "-c",
            "CREATE ROLE ada LOGIN PASSWORD '" + password() + "'", "-c", "CREATE DATABASE infra OWNER ada"});
}

PrivatePostgres::~PrivatePostgres() {
  resume();
  stop();
}

std::vector<std::string> PrivatePostgres::as_owner(std::vector<std::string> command) const {
  if (::geteuid() != 0) return command;
  std::vector<std::string> out = {"setpriv",       "--reuid=postgres", "--regid=postgres",
                                  "--init-groups", "--pdeathsig=INT",  "--"};
  out.insert(out.end(), command.begin(), command.end());
  return out;
}

void PrivatePostgres::make_data() {
  if (::geteuid() == 0) must_run({"chown", "postgres", folder_.path()});
  must_run(as_owner({programs_ + "/initdb", "-D", folder_ / "data", "-U", "postgres", "--auth-local=trust",
                     "--auth-host=scram-sha-256", "--no-sync", "--no-instructions", "-E", "UTF8", "--locale=C"}));
}

void PrivatePostgres::start() {
  const auto command = as_owner({programs_ + "/postgres", "-D", folder_ / "data", "-k", folder_.path(), "-p",
                                 std::to_string(port_), "-c", "listen_addresses=127.0.0.1", "-c",
                                 options_.durable ? "fsync=on" : "fsync=off", "-c", "shared_buffers=32MB"});
  // After a kill the old server's children need a moment to notice it, and hold its memory until then.
  for (int attempt = 0; attempt < 100; ++attempt) {
    auto started = Process::start(command, folder_ / "log");
    if (!started) throw std::runtime_error("can't start " + command.front());
    server_ = *std::move(started);
    for (int i = 0; i < 600 && server_.running(); ++i) {
      if (answers()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  throw std::runtime_error("PostgreSQL doesn't run here:\n" + log());
}

bool PrivatePostgres::answers() const {
  return run({programs_ + "/pg_isready", "-q", "-h", folder_.path(), "-p", std::to_string(port_)}).code == 0;
}

std::string PrivatePostgres::sql(const std::string& text) const {
  const auto out = run({programs_ + "/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h",
                        folder_.path(), "-p", std::to_string(port_), "-c", text, "infra"});
  if (out.code != 0) throw std::runtime_error("psql: " + out.output);
  return out.output;
}

std::string PrivatePostgres::url(const std::string& parameters) const {
  return "postgres://postgres@/infra?host=" + folder_.path().string() + "&port=" + std::to_string(port_) +
         (parameters.empty() ? "" : "&" + parameters);
}

std::string PrivatePostgres::tcp_url(const std::string& password, const std::string& parameters) const {
  return "postgres://ada:" + password + "@127.0.0.1:" + std::to_string(port_) + "/infra" +
         (parameters.empty() ? "" : "?" + parameters);
}

std::string PrivatePostgres::log() const {
  std::ifstream file(folder_ / "log");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

namespace {

// The server and the processes that it has started for its clients.
std::vector<pid_t> family_of(pid_t parent) {
  std::vector<pid_t> out = {parent};
  std::ifstream file("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children");
  for (pid_t child = 0; file >> child;) out.push_back(child);
  return out;
}

}  // namespace

void PrivatePostgres::kill() {
  if (!server_.running()) return;
  // All at once: a process that serves a client outlives the server for a moment, and could still commit.
  for (const auto process : family_of(server_.id())) ::kill(process, SIGKILL);
  while (server_.running()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

void PrivatePostgres::pause() {
  if (!server_.running()) return;
  for (const auto process : family_of(server_.id())) ::kill(process, SIGSTOP);
}

void PrivatePostgres::resume() {
  if (!server_.running()) return;
  for (const auto process : family_of(server_.id())) ::kill(process, SIGCONT);
}

void PrivatePostgres::stop() {
  server_.signal(SIGINT);  // SIGTERM would wait for every client to leave
  server_.stop();
}

}  // namespace infra::testing
