#include "tests/support/haproxy.h"

#include <filesystem>
#include <stdexcept>

namespace infra::testing {

std::optional<std::string> haproxy_obstacle() {
  for (const auto* program : {"/usr/sbin/haproxy", "/usr/bin/perl"}) {
    if (!std::filesystem::exists(program)) return std::string("needs ") + program;
  }
  return std::nullopt;
}

void load_haproxy_image(const PrivateEngine& engine, const std::string& name) {
  const auto tar = run({INFRA_SOURCE_DIR "/tests/support/haproxy_image"});
  if (tar.code != 0) throw std::runtime_error("haproxy_image failed: " + tar.output.substr(0, 1'000));
  const auto loaded = engine.docker({"import", "-", name}, tar.output);
  if (loaded.code != 0) throw std::runtime_error("docker import failed: " + loaded.output);
}

}  // namespace infra::testing
