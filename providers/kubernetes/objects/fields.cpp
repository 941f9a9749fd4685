#include "providers/kubernetes/objects/fields.h"

#include <algorithm>
#include <set>

#include "providers/kubernetes/objects/manifest.h"

namespace infra::kubernetes {

namespace {

const std::set<std::string> kControllers = {"kube-controller-manager", "kube-scheduler", "kubelet",
                                            "kube-apiserver",          "infra-replicas", "Go-http-client"};

const Json& our_fields(const Json& object) {
  for (const auto& entry : get(object, "metadata", "managedFields")) {
    if (text(get(entry, "manager")) == kManager && text(get(entry, "operation")) == "Apply" &&
        text(get(entry, "subresource")).empty()) {
      return get(entry, "fieldsV1");
    }
  }
  return get(object, "no entry of ours");
}

// f:spec → "spec"; k:{"name":"web"} → [web]; v:"x" → [x].
std::string step(const std::string& key) {
  if (key.starts_with("f:")) return key.substr(2);
  const auto inside = parse(key.substr(2));
  if (!inside) return "[" + key.substr(2) + "]";
  if (!inside->is_object()) return "[" + text(*inside) + "]";
  std::string out;
  for (const auto& [name, value] : inside->items()) out += (out.empty() ? "" : ",") + text(value);
  return "[" + out + "]";
}

std::string joined(const std::string& path, const std::string& next) {
  return path.empty() || next.starts_with('[') ? path + next : path + "." + next;
}

void leaves(const Json& fields, const std::string& path, std::set<std::string>& out) {
  bool any = false;
  for (const auto& [key, value] : fields.items()) {
    if (key == ".") continue;
    any = true;
    leaves(value, joined(path, step(key)), out);
  }
  if (!any && !path.empty()) out.insert(path);
}

std::set<std::string> leaves_of(const Json& fields) {
  std::set<std::string> out;
  if (fields.is_object()) leaves(fields, "", out);
  return out;
}

std::string item_name(const Json& item, std::size_t index) {
  const auto name = text(get(item, "name"));
  return "[" + (name.empty() ? std::to_string(index) : name) + "]";
}

// A list's item is found by its keys (k:), by its value (v:) or by its place (i:).
const Json* entry_of(const Json& fields, const Json& item, std::size_t index) {
  for (const auto& [key, value] : fields.items()) {
    if (key == "i:" + std::to_string(index)) return &value;
    const auto wanted = key.starts_with("k:") || key.starts_with("v:") ? parse(key.substr(2)) : std::nullopt;
    if (!wanted) continue;
    if (key.starts_with("v:")) {
      if (*wanted == item) return &value;
      continue;
    }
    const auto all = wanted->items();
    // A key with a default ("protocol": "TCP") may not be stated.
    const bool fits = std::all_of(all.begin(), all.end(), [&](const auto& one) {
      return !item.contains(one.key()) || item[one.key()] == one.value();
    });
    if (fits) return &value;
  }
  return nullptr;
}

void find_lost(const Json& fields, const Json& manifest, const std::string& path, std::vector<std::string>& out) {
  if (fields.empty()) return;  // owned as a whole
  if (manifest.is_object()) {
    for (const auto& [key, value] : manifest.items()) {
      // What is empty states nothing: servers don't list it among the fields of its manager.
      if (value.is_null() || (value.is_structured() && value.empty())) continue;
      const auto at = fields.find("f:" + key);
      if (at == fields.end()) {
        out.push_back(joined(path, key));
      } else {
        find_lost(*at, value, joined(path, key), out);
      }
    }
  } else if (manifest.is_array()) {
    for (std::size_t i = 0; i < manifest.size(); ++i) {
      const auto* entry = entry_of(fields, manifest[i], i);
      if (entry == nullptr) {
        out.push_back(path + item_name(manifest[i], i));
      } else {
        find_lost(*entry, manifest[i], path + item_name(manifest[i], i), out);
      }
    }
  }
}

}  // namespace

std::vector<std::string> lost_fields(const Json& manifest, const Json& object) {
  std::vector<std::string> out;
  const auto& fields = our_fields(object);
  if (!fields.is_object()) return {"metadata.managedFields"};
  for (const auto& [key, value] : manifest.items()) {
    if (key == "apiVersion" || key == "kind") continue;
    auto stated = value;
    if (key == "metadata") {
      for (const auto* own : {"name", "namespace", "uid"}) stated.erase(own);
    }
    const auto at = fields.find("f:" + key);
    if (at == fields.end()) {
      if (!stated.empty()) out.push_back(key);
    } else {
      find_lost(*at, stated, key, out);
    }
  }
  return out;
}

std::map<std::string, std::string> foreign_fields(const Json& object) {
  const auto ours = leaves_of(our_fields(object));
  std::map<std::string, std::string> out;
  for (const auto& entry : get(object, "metadata", "managedFields")) {
    const auto manager = text(get(entry, "manager"));
    if (manager == kManager || kControllers.contains(manager)) continue;
    for (const auto& leaf : leaves_of(get(entry, "fieldsV1"))) {
      if ((leaf.starts_with("spec") || leaf.starts_with("data")) && !ours.contains(leaf) && leaf != "spec.replicas") {
        out.emplace(manager, leaf);
      }
    }
  }
  return out;
}

bool is_managed_by_us(const Json& object) {
  const auto& all = get(object, "metadata", "managedFields");
  return std::any_of(all.begin(), all.end(), [](const Json& one) { return text(get(one, "manager")) == kManager; });
}

std::string manager_of(const Json& object, const std::string& path) {
  std::string manager;
  std::string when;
  for (const auto& entry : get(object, "metadata", "managedFields")) {
    const auto name = text(get(entry, "manager"));
    if (name == kManager) continue;
    const auto fields = leaves_of(get(entry, "fieldsV1"));
    const bool has = std::any_of(fields.begin(), fields.end(), [&](const std::string& leaf) {
      return leaf.starts_with(path) || path.starts_with(leaf);
    });
    if (has && text(get(entry, "time")) >= when) {
      manager = name;
      when = text(get(entry, "time"));
    }
  }
  return manager;
}

}  // namespace infra::kubernetes
