#include "tests/support/private_registry.h"

#include <arpa/inet.h>
#include <crypt.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/support/private_engine.h"

namespace infra::testing {

namespace {

sockaddr_in loopback(int port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(static_cast<std::uint16_t>(port));
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return out;
}

bool listening(int port) {
  const int any = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  const bool open = connect(any, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(any);
  return open;
}

// "user:$2b$…": the registry takes bcrypt only.
std::string htpasswd(const std::string& user, const std::string& password) {
  const char* salt = crypt_gensalt("$2b$", 5, nullptr, 0);
  const char* hash = salt != nullptr ? crypt(password.c_str(), salt) : nullptr;
  if (hash == nullptr) throw std::runtime_error("no bcrypt in this libcrypt");
  return user + ":" + hash + "\n";
}

}  // namespace

int free_port() {
  const int any = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  bind(any, reinterpret_cast<const sockaddr*>(&address), size);
  getsockname(any, reinterpret_cast<sockaddr*>(&address), &size);
  close(any);
  return ntohs(address.sin_port);
}

void load_registry_image(const PrivateEngine& engine, const std::string& name) {
  const auto tar = run({INFRA_SOURCE_DIR "/tests/support/registry_image"});
  if (tar.code != 0) throw std::runtime_error("registry_image failed: " + tar.output.substr(0, 1'000));
  const auto loaded = engine.docker({"import", "--change", "ENTRYPOINT [\"/registry\"]", "--change",
                                     "CMD [\"serve\", \"/etc/docker/registry/config.yml\"]", "-", name},
                                    tar.output);
  if (loaded.code != 0) throw std::runtime_error("docker import failed: " + loaded.output);
}

PrivateRegistry::PrivateRegistry(const Options& options) : options_(options), port_(free_port()) {
  if (run({"sh", "-c", "command -v docker-registry"}).code != 0) {
    skip_program("needs the program docker-registry (apt-get install docker-registry)");
  }
  start();
}

std::string PrivateRegistry::config() const {
  std::ostringstream out;
  out << "version: 0.1\nlog:\n  level: warn\nstorage:\n  filesystem:\n    rootdirectory: " << (folder_ / "data")
      << "\n  delete:\n    enabled: " << (options_.deletes ? "true" : "false") << "\nhttp:\n  addr: 127.0.0.1:" << port_
      << "\n";
  if (!options_.username.empty()) {
    const auto users = folder_.write("htpasswd", htpasswd(options_.username, options_.password));
    out << "auth:\n  htpasswd:\n    realm: test\n    path: " << users << "\n";
  }
  return out.str();
}

void PrivateRegistry::start() {
  auto started = Process::start({"docker-registry", "serve", folder_.write("config.yml", config())}, folder_ / "log");
  if (!started) throw std::runtime_error("docker-registry can't be started");
  daemon_ = std::move(*started);
  for (int i = 0; i < 400 && daemon_.running(); ++i) {
    if (listening(port_)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  std::ifstream log(folder_ / "log");
  std::ostringstream text;
  text << log.rdbuf();
  throw std::runtime_error("docker-registry doesn't answer: " + text.str());
}

void PrivateRegistry::stop() { daemon_.stop(); }

}  // namespace infra::testing
