#include <fmt/format.h>

#include <algorithm>

#include "importers/kubernetes/manifest_amounts.h"
#include "importers/kubernetes/manifest_model.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

class ContainerReader {
 public:
  ContainerReader(const Json& json, std::string place, const Workload& workload, KubeImport& import)
      : section_(json, std::move(place), import.notes),
        workload_(workload),
        import_(import),
        name_(text_of(member(json, "name"))),
        secrets_(name_, section_, import.context) {}

  PodContainer read() {
    PodContainer out{.name = name_, .label = import_.names.of("container " + workload_.place, name_)};
    section_.ignore({"name", "terminationMessagePath", "terminationMessagePolicy"});
    StackText head;
    const auto image = section_.text("image");
    if (image.empty()) section_.note("image", "a container needs an image");
    head.set("image", text_literal(image.empty() ? "scratch" : image));
    pull_policy();
    resources(head);
    security(head);
    if (auto folder = section_.text("workingDir"); !folder.empty()) head.set("working_dir", text_literal(folder));
    environment(head);
    head.set("entrypoint", command("command"));
    head.set("command", command("args"));
    head.map("secrets", secrets_.all());
    ports(out);
    StackText tail;
    mounts(tail);
    probes(out, tail);
    lifecycle();
    if (section_.text("restartPolicy") == "Always") out.role = PodContainer::sidecar;
    section_.finish();
    out.head = head.text();
    out.tail = tail.text();
    return out;
  }

 private:
  void pull_policy() {
    const auto policy = section_.text("imagePullPolicy");
    if (policy == "Always") section_.note("imagePullPolicy", "an image is pulled when the node hasn't got it");
    if (policy == "Never") section_.note("imagePullPolicy", "an image that the node hasn't got is pulled");
  }

  void resources(StackText& out) {
    const auto* value = section_.take("resources");
    if (value == nullptr) return;
    Section all(*value, section_.below("resources"), import_.notes);
    const auto amounts = [&](const char* key) {
      static const Json none = Json::object();
      const auto* given = all.take(key);
      return Section(given != nullptr ? *given : none, all.below(key), import_.notes);
    };
    auto requests = amounts("requests");
    auto limits = amounts("limits");
    all.finish();
    const auto cpu = requests.text("cpu"), most_cpu = limits.text("cpu");
    if (const auto milli = kube_millicores(cpu.empty() ? most_cpu : cpu)) out.set("cpu", kube_cpu(*milli));
    if (!cpu.empty() && !most_cpu.empty() && cpu != most_cpu)
      limits.note("cpu",
                  fmt::format("{}: a container has a share, and only a task a limit: cpu in the task", most_cpu));
    const auto least = requests.text("memory"), most = limits.text("memory");
    const auto hard = kube_bytes(most), soft = kube_bytes(least);
    if (hard) out.set("memory", bytes_of(*hard));
    if (soft && (!hard || *soft < *hard)) out.set("memory_reservation", bytes_of(*soft));
    requests.finish();
    limits.finish();
  }

  void security(StackText& out) {
    const auto* value = section_.take("securityContext");
    if (value == nullptr) return;
    Section security(*value, section_.below("securityContext"), import_.notes);
    auto user = security.text("runAsUser");
    const auto group = security.text("runAsGroup");
    if (!user.empty() && !group.empty()) user += ":" + group;
    if (user.empty() && !group.empty()) security.note("runAsGroup", group + ": only with a user");
    if (!user.empty()) out.set("user", text_literal(user));
    if (security.flag("readOnlyRootFilesystem")) out.set("read_only", "true");
    if (const auto* given = security.take("capabilities")) {
      Section all(*given, security.below("capabilities"), import_.notes);
      const auto add = all.texts("add"), drop = all.texts("drop");
      all.finish();
      out.open("capabilities");
      if (!add.empty()) out.set("add", list_of_texts(add));
      if (!drop.empty()) out.set("drop", list_of_texts(drop));
      out.close();
    }
    security.finish();
  }

  // $(NAME) is a variable of the container, and $$ is $.
  std::string expanded(const std::string& text, std::string_view key) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '$') {
        out += '$';
        ++i;
        continue;
      }
      const auto end =
          text[i] == '$' && i + 1 < text.size() && text[i + 1] == '(' ? text.find(')', i) : std::string::npos;
      if (end == std::string::npos) {
        out += text[i];
        continue;
      }
      const auto name = text.substr(i + 2, end - i - 2);
      const auto known = clear_.find(name);
      if (known != clear_.end()) {
        out += known->second;
      } else {
        section_.note(key, fmt::format("$({}) isn't replaced: let the program or a shell read the variable", name));
        out += text.substr(i, end + 1 - i);
      }
      i = end;
    }
    return out;
  }

  std::string command(std::string_view key) {
    if (section_.take(key) == nullptr) return {};
    auto words = section_.texts(key);
    for (auto& word : words) word = expanded(word, key);
    return secrets_.command(std::move(words), key);
  }

  void secret(const std::string& variable, const std::string& object, const std::string& key) {
    const auto param = secrets_.param(variable, workload_.space + "/" + object + "/" + key,
                                      fmt::format("Secret {}, key {}", object, key));
    secrets_.add(variable, param);
  }

  void add_clear(const std::string& name, const std::string& value, std::string_view key) {
    clear_[name] = value;
    const auto parts = credentials_of(name, value);
    if (parts.empty())
      shown_.emplace_back(name, text_literal(value));
    else
      secrets_.add(name, secrets_.text(value, parts, name, key));
  }

  // A value of a ConfigMap among the objects.
  bool add_config(const std::string& variable, const std::string& object, const std::string& key, std::string_view at) {
    const auto* map = import_.manifests.find("ConfigMap", workload_.space, object);
    const auto& data = map != nullptr ? member(map->body, "data") : member(Json(), "");
    if (!data.is_object() || !data.contains(key)) return false;
    add_clear(variable, text_of(data[key]), at);
    return true;
  }

  void variable_from(const std::string& name, const Json& from) {
    Section source(from, section_.below("env." + name), import_.notes);
    if (const auto* ref = source.take("secretKeyRef")) {
      secret(name, text_of(member(*ref, "name")), text_of(member(*ref, "key")));
    } else if (const auto* config = source.take("configMapKeyRef")) {
      const auto object = text_of(member(*config, "name")), key = text_of(member(*config, "key"));
      if (!add_config(name, object, key, "env"))
        section_.note("env", fmt::format("{}: the key {} of ConfigMap {} isn't among the objects", name, key, object));
    }
    source.finish();
  }

  void environment(StackText& out) {
    everything_from();
    const auto* list = section_.take("env");
    for (const auto& one : list != nullptr && list->is_array() ? *list : Json::array()) {
      Section entry(one, section_.below("env"), import_.notes);
      const auto name = entry.text("name");
      std::erase_if(shown_, [&](const auto& known) { return known.first == name; });
      if (const auto* from = entry.take("valueFrom")) {
        variable_from(name, *from);
      } else {
        add_clear(name, expanded(entry.text("value"), "env"), "env");
      }
      entry.finish();
    }
    out.map("env", shown_);
  }

  void everything_from() {
    const auto* list = section_.take("envFrom");
    for (const auto& one : list != nullptr && list->is_array() ? *list : Json::array()) {
      Section entry(one, section_.below("envFrom"), import_.notes);
      const auto prefix = entry.text("prefix");
      const auto* config = entry.take("configMapRef");
      const auto* secrets = entry.take("secretRef");
      entry.finish();
      const auto object = text_of(member(config != nullptr ? *config : secrets != nullptr ? *secrets : Json(), "name"));
      const auto* kind = config != nullptr ? "ConfigMap" : "Secret";
      const auto* manifest = import_.manifests.find(kind, workload_.space, object);
      if (manifest == nullptr) {
        section_.note("envFrom", fmt::format("{} {} isn't among the objects, so its keys aren't known", kind, object));
        continue;
      }
      for (const auto* data : {"data", "stringData"}) {
        const auto& values = member(manifest->body, data);
        if (!values.is_object()) continue;
        for (const auto& [key, value] : values.items()) {
          if (config != nullptr)
            add_clear(prefix + key, text_of(value), "envFrom");
          else
            secret(prefix + key, object, key);
        }
      }
    }
  }

  void ports(PodContainer& out) {
    const auto* list = section_.take("ports");
    for (const auto& one : list != nullptr && list->is_array() ? *list : Json::array()) {
      Section entry(one, section_.below("ports"), import_.notes);
      PodPort port{.name = entry.text("name"), .protocol = lower(entry.text("protocol"))};
      const auto number = parse_integer(entry.text("containerPort"));
      const auto host = entry.text("hostPort");
      if (!host.empty()) entry.note("hostPort", host + ": publish it with a load balancer, or network = host");
      entry.finish();
      if (port.protocol.empty()) port.protocol = "tcp";
      if (!number || *number < 1 || *number > 65'535 || (port.protocol != "tcp" && port.protocol != "udp")) {
        section_.note("ports", fmt::format("{} is no port", shown(one)));
        continue;
      }
      port.number = *number;
      port.label =
          import_.names.of("port " + section_.place(), port.name.empty() ? fmt::format("p{}", port.number) : port.name);
      out.ports.push_back(std::move(port));
    }
  }

  void mounts(StackText& out) {
    Pairs all;
    const auto* list = section_.take("volumeMounts");
    for (const auto& one : list != nullptr && list->is_array() ? *list : Json::array()) {
      Section mount(one, section_.below("volumeMounts"), import_.notes);
      const auto volume = mount.text("name"), path = mount.text("mountPath");
      if (volume.starts_with("kube-api-access-")) continue;  // the token that a cluster adds by itself
      if (write_files(volume_named(volume), one, workload_.space, secrets_, import_, out)) {
        mount.ignore({"subPath", "readOnly"});
        mount.finish();
        continue;
      }
      const bool part = mount.take("subPath") != nullptr || mount.take("subPathExpr") != nullptr;
      if (part) mount.note("subPath", "a part of a volume can't be mounted");
      if (mount.flag("readOnly")) mount.note("readOnly", fmt::format("{} can be written here", path));
      mount.finish();
      if (!part && kept_volumes().contains(volume))
        all.emplace_back(import_.names.of("volume " + workload_.place, volume), text_literal(path));
    }
    out.map("mounts", all);
  }

  [[nodiscard]] const Json& volume_named(const std::string& name) const {
    static const Json none;
    const auto* manifest = import_.manifests.find(workload_.kind, workload_.space, workload_.name);
    const auto& volumes = manifest != nullptr ? member(pod_spec_of(*manifest), "volumes") : none;
    if (!volumes.is_array()) return none;
    const auto at = std::find_if(volumes.begin(), volumes.end(),
                                 [&](const Json& one) { return text_of(member(one, "name")) == name; });
    return at != volumes.end() ? *at : none;
  }

  // Those that a stack has as well; of the others read_pod says that they are missing.
  [[nodiscard]] std::set<std::string> kept_volumes() const {
    std::set<std::string> out;
    const auto* manifest = import_.manifests.find(workload_.kind, workload_.space, workload_.name);
    if (manifest == nullptr) return out;
    const auto& volumes = member(pod_spec_of(*manifest), "volumes");
    for (const auto& one : volumes.is_array() ? volumes : Json::array()) {
      if (!member(one, "emptyDir").is_null() || !member(one, "hostPath").is_null())
        out.insert(text_of(member(one, "name")));
    }
    return out;
  }

  static std::string seconds_in(Section& probe, std::string_view key) {
    const auto value = parse_integer(probe.text(key));
    return value && *value >= 0 && *value < 1'000'000 ? duration_of(*value * 1000) : std::string();
  }

  // The check whose failure keeps traffic away is what a stack calls healthy; else the one that restarts.
  void probes(PodContainer& out, StackText& tail) {
    const Json* exec = nullptr;
    std::string which;
    for (const auto* key : {"readinessProbe", "livenessProbe"}) {
      const auto* probe = section_.take(key);
      if (probe == nullptr) continue;
      if (!member(*probe, "exec").is_null()) {
        if (exec == nullptr)
          exec = probe;
        else if (member(*probe, "exec") != member(*exec, "exec"))
          section_.note(key, fmt::format("a container has one health check, here the {}", which));
        if (which.empty()) which = key;
      } else if (std::string_view(key) == "readinessProbe" && !member(*probe, "httpGet").is_null()) {
        out.http_probe = *probe;
      } else {
        section_.note(key, fmt::format("only a command can be a container's health check, and HTTP a route's: {}",
                                       shown(*probe)));
      }
    }
    const auto* startup = section_.take("startupProbe");
    if (exec == nullptr) {
      if (startup != nullptr) section_.note("startupProbe", "it is part of a health check, and there is none");
      return;
    }
    out.has_health = true;
    Section probe(*exec, section_.below(which), import_.notes);
    const auto command =
        secrets_.command(Section(*probe.take("exec"), probe.below("exec"), import_.notes).texts("command"), which);
    tail.open("health");
    tail.set("command", command);
    const auto every = seconds_in(probe, "periodSeconds"), timeout = seconds_in(probe, "timeoutSeconds");
    tail.set("every", every.empty() ? "10s" : every);
    tail.set("timeout", timeout.empty() ? "1s" : timeout);
    const auto retries = parse_integer(probe.text("failureThreshold"));
    if (retries && *retries >= 1 && *retries <= 100) tail.set("retries", fmt::format("{}", *retries));
    tail.set("grace", grace_of(probe, startup));
    tail.close();
    probe.ignore({"successThreshold"});
    probe.finish();
  }

  std::string grace_of(Section& probe, const Json* startup) {
    auto grace = seconds_in(probe, "initialDelaySeconds");
    if (startup == nullptr) return grace == "0s" ? "" : grace;
    Section check(*startup, section_.below("startupProbe"), import_.notes);
    const auto every = parse_integer(check.text("periodSeconds")).value_or(10);
    const auto times = parse_integer(check.text("failureThreshold")).value_or(3);
    for (const auto* key : {"exec", "httpGet", "tcpSocket", "grpc"}) check.ignore({key});
    check.ignore({"timeoutSeconds", "successThreshold", "initialDelaySeconds"});
    check.finish();
    return duration_of(std::clamp<std::int64_t>(every * times, 1, 1'000'000) * 1000);
  }

  void lifecycle() {
    const auto* value = section_.take("lifecycle");
    if (value == nullptr) return;
    // A pause before the end is what every routed service gets.
    const auto text = value->dump();
    if (value->size() != 1 || text.find("sleep") == std::string::npos)
      section_.note("lifecycle", fmt::format("has no counterpart ({})", shown(*value)));
  }

  Section section_;
  const Workload& workload_;
  KubeImport& import_;
  std::string name_;
  ContainerSecrets secrets_;
  std::map<std::string, std::string> clear_;
  Pairs shown_;
};

}  // namespace

PodContainer read_pod_container(const Json& json, const std::string& place, const Workload& workload,
                                KubeImport& import) {
  return ContainerReader(json, place, workload, import).read();
}

}  // namespace infra::importing
