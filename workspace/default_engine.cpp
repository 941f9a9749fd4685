#include "workspace/default_engine.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/hash.h"
#include "workspace/variables.h"

namespace infra {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

bool is_there(const fs::path& path) {
  std::error_code ignored;  // what can't be looked at can't be used either
  return fs::exists(path, ignored);
}

Json read_json(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return Json::parse(text.str(), nullptr, false);
}

fs::path docker_folder() {
  if (const auto folder = environment_variable("DOCKER_CONFIG"); !folder.empty()) return folder;
  const auto home = environment_variable("HOME");
  return home.empty() ? fs::path() : fs::path(home) / ".docker";
}

void add_tls(DefaultEngine& out, const fs::path& folder) {
  const auto file = [&](const char* name) {
    return is_there(folder / name) ? (folder / name).string() : std::string();
  };
  out.ca = file("ca.pem");
  out.cert = file("cert.pem");
  out.key = file("key.pem");
}

// "default" is no context but the absence of one.
std::string current_context(const fs::path& folder) {
  auto name = environment_variable("DOCKER_CONTEXT");
  if (name.empty()) {
    const auto config = read_json(folder / "config.json");
    if (config.is_object() && config.contains("currentContext") && config["currentContext"].is_string())
      name = config["currentContext"].get<std::string>();
  }
  return name == "default" ? "" : name;
}

// Docker keeps a context in a folder that is called after the hash of its name.
DefaultEngine engine_of_context(const fs::path& folder, const std::string& name) {
  const auto id = sha256_hex(name);
  const auto meta = read_json(folder / "contexts" / "meta" / id / "meta.json");
  DefaultEngine out{.endpoint = "context:" + name, .ca = {}, .cert = {}, .key = {}};
  if (!meta.is_object()) return out;
  const Json::json_pointer host("/Endpoints/docker/Host");
  if (meta.contains(host) && meta[host].is_string()) out.endpoint = meta[host].get<std::string>();
  add_tls(out, folder / "contexts" / "tls" / id / "docker");
  return out;
}

std::string socket_of_this_machine() {
  std::string usual = "/var/run/docker.sock";
  const auto runtime = environment_variable("XDG_RUNTIME_DIR");
  std::vector<std::string> places{usual};
  if (!runtime.empty()) {
    places.push_back(runtime + "/docker.sock");
    places.push_back(runtime + "/podman/podman.sock");
  }
  places.emplace_back("/run/podman/podman.sock");
  for (const auto& place : places) {
    if (is_there(place) && ::access(place.c_str(), W_OK) == 0) return place;
  }
  return usual;
}

}  // namespace

DefaultEngine default_engine() {
  DefaultEngine out;
  if (const auto host = environment_variable("DOCKER_HOST"); !host.empty()) {
    out.endpoint = host;
    if (!environment_variable("DOCKER_TLS_VERIFY").empty()) {
      const auto certificates = environment_variable("DOCKER_CERT_PATH");
      add_tls(out, certificates.empty() ? docker_folder() : fs::path(certificates));
    }
    return out;
  }
  const auto folder = docker_folder();
  if (const auto context = current_context(folder); !context.empty()) return engine_of_context(folder, context);
  out.endpoint = "unix://" + socket_of_this_machine();
  return out;
}

}  // namespace infra
