#include "providers/kubernetes/access/kubeconfig.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/net/base64.h"
#include "base/net/url.h"
#include "providers/kubernetes/access/exec_plugin.h"

namespace infra::kubernetes {

namespace {

constexpr const char* kAccount = "/var/run/secrets/kubernetes.io/serviceaccount/";

Error unusable(std::string message, std::string help = {}) {
  return {.code = "E0630", .message = std::move(message), .help = std::move(help)};
}

std::string scalar(const YAML::Node& node, const char* key) {
  if (!node.IsMap()) return {};
  const auto member = node[key];
  return member && member.IsScalar() ? member.Scalar() : std::string();
}

struct File {
  std::string path;
  YAML::Node root;
  [[nodiscard]] std::string beside(const std::string& name) const {
    if (name.empty() || name.front() == '/') return name;
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? name : path.substr(0, slash + 1) + name;
  }
};

// A thing that a kubeconfig names, and the file that does.
struct Named {
  YAML::Node node;
  const File* file = nullptr;
};

class Reader {
 public:
  Reader(const AccessWish& wish, const Surroundings& surroundings) : wish_(wish), here_(surroundings) {}

  Result<Access> read() {
    if (auto loaded = load(); !loaded) return std::move(loaded).error();
    if (files_.empty()) return in_cluster();
    auto name = wish_.context;
    for (const auto& file : files_) {
      if (name.empty()) name = scalar(file.root, "current-context");
    }
    if (name.empty()) {
      return unusable(fmt::format("{} has no current context", places()),
                      "name one: `context = \"…\"`, or `kubectl config use-context NAME`");
    }
    const auto context = find("contexts", "context", name);
    if (context.file == nullptr) {
      return unusable(fmt::format("there is no context `{}` in {}", name, places()), known_contexts());
    }
    where_ = fmt::format("the context `{}` of {}", name, context.file->path);
    auto out = assemble(context.node);
    if (out) {
      for (const auto& file : files_) out->kubeconfig += (out->kubeconfig.empty() ? "" : ":") + file.path;
      out->context = name;
    }
    return out;
  }

 private:
  Result<Ok> load() {
    std::vector<std::string> paths;
    const bool named = !wish_.kubeconfig.empty();
    const auto variable = here_.variable("KUBECONFIG").value_or("");
    if (named) {
      paths = {with_home(wish_.kubeconfig)};
    } else if (!variable.empty()) {
      for (std::size_t from = 0; from <= variable.size();) {
        const auto to = std::min(variable.find(':', from), variable.size());
        if (to > from) paths.push_back(variable.substr(from, to - from));
        from = to + 1;
      }
    } else {
      paths = {with_home("~/.kube/config")};
    }
    for (const auto& path : paths) {
      const auto body = here_.file(path);
      if (!body) continue;
      if (auto added = add(path, *body); !added) return added;
    }
    if (!files_.empty() || (!named && variable.empty())) return Ok{};
    return unusable(fmt::format("the kubeconfig {} can't be read", paths.empty() ? "that KUBECONFIG names" : paths[0]),
                    named ? "check `kubeconfig`" : "check the variable KUBECONFIG");
  }

  Result<Ok> add(const std::string& path, const std::string& body) {
    try {
      auto root = YAML::Load(body);
      if (!root.IsMap()) return unusable(fmt::format("{} is no kubeconfig", path));
      files_.push_back({path, root});
      return Ok{};
    } catch (const YAML::Exception& e) {
      // Not its text, which holds secrets.
      return unusable(fmt::format("{} is no YAML (line {})", path, e.mark.line + 1));
    }
  }

  [[nodiscard]] std::string with_home(const std::string& path) const {
    return path.starts_with("~/") ? here_.variable("HOME").value_or("") + path.substr(1) : path;
  }

  [[nodiscard]] std::string places() const {
    std::string out;
    for (const auto& file : files_) out += (out.empty() ? "" : ", ") + file.path;
    return out;
  }

  [[nodiscard]] Named find(const char* list, const char* member, const std::string& name) const {
    for (const auto& file : files_) {
      const auto all = file.root[list];
      if (!all || !all.IsSequence()) continue;
      for (const auto& one : all) {
        if (scalar(one, "name") == name && one[member] && one[member].IsMap()) return {one[member], &file};
      }
    }
    return {};
  }

  [[nodiscard]] std::string known_contexts() const {
    std::string out;
    for (const auto& file : files_) {
      const auto all = file.root["contexts"];
      if (!all || !all.IsSequence()) continue;
      for (const auto& one : all) out += (out.empty() ? "there are: " : ", ") + scalar(one, "name");
    }
    return out;
  }

  // X-data (base64) or the file X.
  Result<std::string> pem(const Named& from, const char* key) {
    if (const auto data = scalar(from.node, fmt::format("{}-data", key).c_str()); !data.empty()) {
      auto plain = net::from_base64(data);
      if (!plain) return unusable(fmt::format("`{}-data` of {} isn't base64", key, where_));
      return *std::move(plain);
    }
    const auto name = scalar(from.node, key);
    if (name.empty()) return std::string();
    const auto path = from.file->beside(name);
    auto body = here_.file(path);
    if (!body) return unusable(fmt::format("`{}` of {} can't be read: {}", key, where_, path));
    return *std::move(body);
  }

  Result<Access> assemble(const YAML::Node& context) {
    const auto cluster = find("clusters", "cluster", scalar(context, "cluster"));
    if (cluster.file == nullptr) {
      return unusable(fmt::format("there is no cluster `{}`, which {} names", scalar(context, "cluster"), where_));
    }
    Access out{.where = where_};
    if (auto space = scalar(context, "namespace"); !space.empty()) out.space = std::move(space);
    if (auto reached = reach(cluster, out.target); !reached) return std::move(reached).error();
    const auto user_name = scalar(context, "user");
    const auto user = find("users", "user", user_name);
    if (user.file == nullptr && !user_name.empty()) {
      return unusable(fmt::format("there is no user `{}`, which {} names", user_name, where_));
    }
    if (user.file == nullptr) {
      out.credentials = [](bool) -> Result<Credential> { return Credential{}; };
      return out;
    }
    out.as_user = scalar(user.node, "as");
    if (const auto groups = user.node["as-groups"]; groups && groups.IsSequence()) {
      for (const auto& group : groups) out.as_groups.push_back(group.Scalar());
    }
    auto source = credentials_of(user, scalar(cluster.node, "server"), out.target.ca_pem);
    if (!source) return std::move(source).error();
    out.credentials = *std::move(source);
    return out;
  }

  Result<Ok> reach(const Named& cluster, http::Target& out) {
    auto server = scalar(cluster.node, "server");
    while (server.ends_with('/')) server.pop_back();
    const auto url = net::parse_url(server);
    if (!url || (url->origin.scheme != "https" && url->origin.scheme != "http")) {
      return unusable(fmt::format("`server` of {} is no address: \"{}\"", where_, server));
    }
    out.base = server;
    if (const auto name = scalar(cluster.node, "tls-server-name"); !name.empty()) {
      out.connect_to = fmt::format("{}:{}", url->origin.host, url->origin.port);
      out.base = fmt::format("https://{}:{}{}", name, url->origin.port, url->path == "/" ? "" : url->path);
    }
    auto ca = pem(cluster, "certificate-authority");
    if (!ca) return std::move(ca).error();
    out.ca_pem = *std::move(ca);
    if (scalar(cluster.node, "insecure-skip-tls-verify") == "true" && url->origin.scheme == "https") {
      return unusable(fmt::format("{} doesn't check who answers (`insecure-skip-tls-verify`)", where_),
                      "name the cluster's authority: `certificate-authority-data`");
    }
    if (!scalar(cluster.node, "proxy-url").empty()) {
      return unusable(fmt::format("{} is reached by a `proxy-url`, which isn't supported", where_),
                      "take it out, and set the variable HTTPS_PROXY");
    }
    return Ok{};
  }

  Result<CredentialSource> credentials_of(const Named& user, const std::string& server, const std::string& ca) {
    if (user.node["auth-provider"]) {
      return unusable(fmt::format("{} signs in by `auth-provider`, which kubectl 1.26 gave up", where_),
                      "use a plugin: `exec` in the user's entry");
    }
    if (user.node["exec"]) return exec_plugin(user, server, ca);
    Credential fixed{.token = scalar(user.node, "token"),
                     .username = scalar(user.node, "username"),
                     .password = scalar(user.node, "password")};
    for (const auto& [key, into] : {std::pair{"client-certificate", &fixed.cert_pem}, {"client-key", &fixed.key_pem}}) {
      auto read = pem(user, key);
      if (!read) return std::move(read).error();
      *into = *std::move(read);
    }
    const auto token_file = scalar(user.node, "tokenFile");
    if (token_file.empty()) return CredentialSource([fixed](bool) -> Result<Credential> { return fixed; });
    return from_token_file(fixed, user.file->beside(token_file));
  }

  // Read again for each request: whoever writes it renews it.
  CredentialSource from_token_file(Credential fixed, std::string path) {
    return [fixed = std::move(fixed), path = std::move(path), file = here_.file,
            where = where_](bool) -> Result<Credential> {
      const auto body = file(path);
      if (!body) return unusable(fmt::format("the token file of {} can't be read: {}", where, path));
      auto out = fixed;
      out.token = body->substr(0, body->find_last_not_of(" \t\r\n") + 1);
      return out;
    };
  }

  Result<CredentialSource> exec_plugin(const Named& user, const std::string& server, const std::string& ca) {
    const auto node = user.node["exec"];
    ExecPlugin plugin{.where = where_,
                      .command = scalar(node, "command"),
                      .version = scalar(node, "apiVersion"),
                      .hint = scalar(node, "installHint"),
                      .server = server,
                      .ca_pem = ca,
                      .tells_cluster = scalar(node, "provideClusterInfo") == "true"};
    if (plugin.command.find('/') != std::string::npos) plugin.command = user.file->beside(plugin.command);
    if (const auto words = node["args"]; words && words.IsSequence()) {
      for (const auto& word : words) plugin.arguments.push_back(word.Scalar());
    }
    if (const auto variables = node["env"]; variables && variables.IsSequence()) {
      for (const auto& one : variables) plugin.variables.emplace_back(scalar(one, "name"), scalar(one, "value"));
    }
    if (plugin.command.empty()) return unusable(fmt::format("`exec` of {} names no command", where_));
    return credentials_by_exec(std::move(plugin), here_);
  }

  Result<Access> in_cluster() {
    const auto host = here_.variable("KUBERNETES_SERVICE_HOST").value_or("");
    const auto port = here_.variable("KUBERNETES_SERVICE_PORT").value_or("443");
    if (host.empty()) {
      return unusable("there is no kubeconfig: neither ~/.kube/config nor the variable KUBECONFIG",
                      "name one: `kubernetes k { kubeconfig = \"…\" }`");
    }
    where_ = "the service account of this pod";
    const auto ca = here_.file(std::string(kAccount) + "ca.crt");
    if (!ca) return unusable(fmt::format("{} has no {}ca.crt", where_, kAccount));
    Access out{.where = where_};
    out.target.base = host.find(':') == std::string::npos ? fmt::format("https://{}:{}", host, port)
                                                          : fmt::format("https://[{}]:{}", host, port);
    out.target.ca_pem = *ca;
    if (auto space = here_.file(std::string(kAccount) + "namespace")) out.space = *std::move(space);
    out.credentials = from_token_file({}, std::string(kAccount) + "token");
    return out;
  }

  const AccessWish& wish_;
  const Surroundings& here_;
  std::vector<File> files_;
  std::string where_;
};

}  // namespace

Result<Access> find_access(const AccessWish& wish, const Surroundings& surroundings) {
  return Reader(wish, surroundings).read();
}

}  // namespace infra::kubernetes
