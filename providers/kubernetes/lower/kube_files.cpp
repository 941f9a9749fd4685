#include "providers/kubernetes/lower/kube_files.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/hash.h"
#include "providers/kubernetes/lower/kube_names.h"
#include "providers/kubernetes/lower/kube_secrets.h"

namespace infra::kubernetes {

namespace {

constexpr const char* kVolume = "infra-files";

// Keys of a ConfigMap are letters, digits, -, _ and dots: "web.etc.app.conf-4f5a01".
std::string file_key(const std::string& container, const std::string& path) {
  const auto whole = run_time_name(container) + path;
  auto out = whole;
  for (auto& c : out) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    if (!plain) c = c == '/' ? '.' : '_';
  }
  return fmt::format("{}-{}", out.substr(0, 200), sha256_hex(whole).substr(0, 6));
}

std::int64_t mode_of(const Value& file, bool secret) {
  const auto* mode = file["mode"].string();
  return std::strtol(mode != nullptr ? mode->c_str() : secret ? "0444" : "0644", nullptr, 8);
}

bool is_root(const std::string& owner) { return owner == "0" || owner == "0:0"; }

class Collection {
 public:
  Collection(const Lowering& lowering, const Resource& cluster) : lowering_(lowering), cluster_(cluster) {}

  void add(const std::string& container, const std::string& path, const Value& file) {
    if (const auto* owner = file["owner"].string(); owner != nullptr && !is_root(*owner)) refuse(path, *owner);
    const auto key = file_key(container, path);
    const auto& content = file["content"];
    const bool declared =
        content.ref() != nullptr && content.ref()->attribute.empty() && lowering_.referred(content) != nullptr;
    const bool secret = declared || content.has_secret();
    auto item =
        entries({{"key", declared ? std::string("value") : key}, {"path", key}, {"mode", mode_of(file, secret)}});
    if (declared) {
      const auto name = part_of(*lowering_.referred(content), part_in(cluster_), "full_name");
      sources_.emplace_back(entries({{"secret", entries({{"name", name}, {"items", List{std::move(item)}}})}}));
    } else {
      (secret ? secrets_ : texts_).set(key, content);
      (secret ? secret_items_ : text_items_).emplace_back(std::move(item));
    }
    out.mounts[container].emplace_back(
        entries({{"name", kVolume}, {"mountPath", path}, {"subPath", key}, {"readOnly", true}}));
  }

  // Folders in memory.
  void add_memory(const std::string& container, const std::string& path, const Value& size, int number) {
    const auto name = dns_label(fmt::format("{}-memory-{}", container, number));
    auto memory = entries({{"medium", "Memory"}});
    if (const auto* bytes = size.get<Bytes>()) memory.set("sizeLimit", std::to_string(bytes->count));
    out.volumes.emplace_back(entries({{"name", name}, {"emptyDir", std::move(memory)}}));
    out.mounts[container].emplace_back(entries({{"name", name}, {"mountPath", path}}));
  }

  void finish(Lowered& lowered) {
    const auto space = namespace_of(lowering_, cluster_);
    const auto& runner = lowering_.resource;
    const auto name = dotted_name(runner.address.kind, name_of(runner), kLongestNamedAnew);
    if (!texts_.empty()) {
      lowered.resources.push_back(make_object(lowering_, {.part = "files",
                                                          .type = "config_map",
                                                          .space = space,
                                                          .name = name,
                                                          .body = entries({{"data", std::move(texts_)}}),
                                                          .naming = Naming::anew}));
      add_source("configMap", "files", std::move(text_items_));
    }
    if (!secrets_.empty()) {
      lowered.resources.push_back(make_secret(lowering_, "secret-files", space, name + ".files", std::move(secrets_)));
      add_source("secret", "secret-files", std::move(secret_items_));
    }
    if (sources_.empty()) return;
    out.volumes.emplace_back(entries({{"name", kVolume}, {"projected", entries({{"sources", std::move(sources_)}})}}));
  }

  Files out;

 private:
  void add_source(const char* kind, const char* part, List items) {
    auto from = entries({{"name", part_of(lowering_.resource, part, "full_name")}, {"items", std::move(items)}});
    sources_.emplace_back(entries({{kind, std::move(from)}}));
  }

  void refuse(const std::string& path, const std::string& owner) const {
    lowering_.diagnostics.error(
        "E0417", lowering_.resource.span,
        fmt::format("the file {} is to belong to {}, and on Kubernetes files belong to root", path, owner), {},
        "leave `owner` out and let `mode` allow the container's user to read it");
  }

  const Lowering& lowering_;
  const Resource& cluster_;
  Map texts_, secrets_;
  List text_items_, secret_items_, sources_;
};

}  // namespace

Files files_of(const Lowering& lowering, const Resource& cluster, const Resource& task, Lowered& out) {
  Collection all(lowering, cluster);
  for (const auto& [label, container] : *task.config["container"].map()) {
    const auto* files = container["file"].map();
    for (const auto& [path, file] : files != nullptr ? *files : Map()) all.add(label, path, file);
    const auto* memory = container["tmpfs"].map();
    int number = 0;
    for (const auto& [path, size] : memory != nullptr ? *memory : Map()) all.add_memory(label, path, size, ++number);
  }
  all.finish(out);
  return std::move(all.out);
}

}  // namespace infra::kubernetes
