// Files of ConfigMaps and Secrets that are mounted as a volume.
#include <fmt/format.h>

#include "importers/kubernetes/manifest_model.h"
#include "importers/values.h"

namespace infra::importing {

namespace {

struct MountedFile {
  std::string key, path, mode;
};

// "0644" of 420: manifests of YAML say it in decimal or in octal, and JSON in decimal.
std::string mode_of(const Json& mode) {
  const auto number = parse_integer(text_of(mode));
  return number && *number >= 0 && *number <= 0777 ? fmt::format("0{:03o}", *number) : std::string();
}

// All keys, or those that `items` names; with a subPath one of them alone, at the mount's own path.
std::vector<MountedFile> mounted_files(const Json& source, const Json& data, const Json& mount) {
  const auto folder = text_of(member(mount, "mountPath"));
  const auto part = text_of(member(mount, "subPath"));
  const auto usual = mode_of(member(source, "defaultMode"));
  std::vector<MountedFile> out;
  const auto add = [&](const std::string& key, const std::string& path, const std::string& mode) {
    if (!part.empty() && part != path) return;
    const auto slash = folder.ends_with('/') ? "" : "/";
    out.push_back({key, part.empty() ? folder + slash + path : folder, mode.empty() ? usual : mode});
  };
  const auto& items = member(source, "items");
  if (items.is_array()) {
    for (const auto& one : items) {
      add(text_of(member(one, "key")), text_of(member(one, "path")), mode_of(member(one, "mode")));
    }
  } else if (data.is_object()) {
    for (const auto& [key, value] : data.items()) add(key, key, "");
  }
  return out;
}

void write_file(const MountedFile& file, const std::string& content, StackText& out) {
  out.open("file " + text_literal(file.path));
  out.set("content", content);
  if (!file.mode.empty() && file.mode != "0644") out.set("mode", text_literal(file.mode));
  out.close();
}

}  // namespace

bool write_files(const Json& volume, const Json& mount, const std::string& space, ContainerSecrets& secrets,
                 KubeImport& import, StackText& out) {
  const auto& config = member(volume, "configMap");
  const auto& secret = member(volume, "secret");
  const bool is_secret = config.is_null();
  const auto object = text_of(is_secret ? member(secret, "secretName") : member(config, "name"));
  const auto* manifest = import.manifests.find(is_secret ? "Secret" : "ConfigMap", space, object);
  if ((config.is_null() && secret.is_null()) || manifest == nullptr) return false;
  for (const auto* block : {"data", "stringData"}) {
    const auto& data = member(manifest->body, block);
    if (data.is_null()) continue;
    for (const auto& file : mounted_files(is_secret ? secret : config, data, mount)) {
      if (member(data, file.key.c_str()).is_null()) continue;
      const auto value = text_of(member(data, file.key.c_str()));
      if (!is_secret && !credentials_of(file.key, value).empty()) {
        import.notes.add("ConfigMap " + object,
                         fmt::format("{} looks like a secret and stays in clear: make its `content` a param of type "
                                     "Secret<String>",
                                     file.key));
      }
      const auto content = is_secret ? secrets.param(fmt::format("{}_{}", object, file.key),
                                                     fmt::format("{}/{}/{}", space, object, file.key),
                                                     fmt::format("Secret {}, key {}", object, file.key))
                                     : text_literal(value);
      write_file(file, content, out);
    }
  }
  return true;
}

}  // namespace infra::importing
