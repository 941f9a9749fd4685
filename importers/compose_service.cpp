#include <fmt/format.h>

#include <algorithm>

#include "importers/compose.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

// A command with a part missing would be another command.
std::string list_or_nothing(const std::vector<std::string>& expressions) {
  const bool whole = std::find(expressions.begin(), expressions.end(), "") == expressions.end();
  return whole && !expressions.empty() ? list_of(expressions) : "";
}

}  // namespace

std::string expression_of(Section& section, std::string_view key, ComposeContext& context) {
  const auto text = section.text(key);
  return text.empty() ? "" : context.variables.expression(text, section.below(key));
}

std::string expressions_of(Section& section, std::string_view key, ComposeContext& context) {
  std::vector<std::string> out;
  for (const auto& text : section.texts(key)) out.push_back(context.variables.expression(text, section.below(key)));
  return list_or_nothing(out);
}

std::vector<std::pair<std::string, std::optional<std::string>>> pairs_of(Section& section, std::string_view key) {
  std::vector<std::pair<std::string, std::optional<std::string>>> out;
  const auto* value = section.take(key);
  if (value == nullptr) return out;
  if (value->is_object()) {
    for (const auto& [name, one] : value->items()) {
      if (!one.is_primitive()) section.note(key, fmt::format("{} takes a text, not {}", name, shown(one)));
      out.emplace_back(name, one.is_null() ? std::nullopt : std::optional(text_of(one)));
    }
    return out;
  }
  for (const auto& line : section.texts(key)) {
    const auto equals = line.find('=');
    const auto name = line.substr(0, equals);
    const auto given = equals == std::string::npos ? std::nullopt : std::optional(line.substr(equals + 1));
    const auto before = std::find_if(out.begin(), out.end(), [&](const auto& pair) { return pair.first == name; });
    if (before == out.end())
      out.emplace_back(name, given);
    else
      before->second = given;  // the last one counts
  }
  return out;
}

namespace {

// One text is parted into words as a shell would, a list is taken as it is.
std::string words(Section& service, std::string_view key, ComposeContext& context) {
  const auto* value = service.take(key);
  if (value == nullptr) return {};
  if (!value->is_string()) return expressions_of(service, key, context);
  const auto parted = shell_words(value->get<std::string>());
  if (!parted) {
    service.note(key, fmt::format("a quote in it is never closed: {}", shown(*value)));
    return {};
  }
  std::vector<std::string> out;
  for (const auto& word : *parted) out.push_back(context.variables.expression(word, service.below(key)));
  return list_or_nothing(out);
}

// What stands in the file in clear and sounds like a secret becomes a param without a value.
std::string clear_secret(const ComposeService& service, const std::string& name, const std::string& value,
                         const std::string& place, ComposeContext& context) {
  const auto doc = fmt::format("{} of the service {}; its value stands in the Compose file.", name, service.name);
  auto param = context.variables.secret_param(name + "=" + value, name, doc);
  context.notes.add(place, fmt::format("a secret isn't repeated: infra secret set {} keeps it, encrypted", param));
  return param;
}

void read_environment(Section& service, ComposeService& out, ComposeContext& context) {
  for (const auto& [name, value] : pairs_of(service, "environment")) {
    const auto place = service.below("environment") + "." + name;
    if (value && is_clear_secret(name, *value)) {
      out.secrets.emplace_back(name, clear_secret(out, name, *value, place, context));
      continue;
    }
    bool secret = false;
    auto expression =
        value ? context.variables.open_expression(*value, place, secret) : context.variables.handed_on(name, secret);
    (secret ? out.secrets : out.env).emplace_back(name, std::move(expression));
  }
  for (const auto& config : service.texts_of("configs", "source")) {
    service.note("configs", fmt::format("{}: the file isn't there: put it into the image", config));
  }
  for (const auto& file : service.texts_of("env_file", "path")) {
    service.note("env_file",
                 fmt::format("{}: put its variables into `env`, and those that are secret into `secrets`", file));
  }
}

std::string duration(Section& section, std::string_view key, ComposeContext& context) {
  const auto text = section.text(key);
  if (text.empty()) return {};
  const auto fixed = context.variables.fixed(text, section.below(key));
  if (!fixed) return {};
  const auto value = parse_duration(*fixed);
  if (!value) section.note(key, fmt::format("{} is no duration", shown(Json(*fixed))));
  return value ? duration_of(*value) : "";
}

constexpr auto* kOwnCheck = "a health check that the image has stays on";

std::string health_command(Section& check, ComposeContext& context) {
  const auto* test = check.take("test");
  if (test == nullptr) return {};
  if (test->is_string()) {
    return list_or_nothing({text_literal("/bin/sh"), text_literal("-c"),
                            context.variables.expression(test->get<std::string>(), check.below("test"))});
  }
  auto parts = check.texts("test");
  if (parts.empty()) return {};
  if (parts.front() == "NONE") return check.note("test", kOwnCheck), "";
  const bool shell = parts.front() == "CMD-SHELL";
  std::vector<std::string> out;
  if (shell) out = {text_literal("/bin/sh"), text_literal("-c")};
  if (!shell && parts.front() != "CMD") check.note("test", "CMD, CMD-SHELL or NONE is expected first");
  for (std::size_t i = 1; i < parts.size(); ++i) {
    out.push_back(context.variables.expression(parts[i], check.below("test")));
  }
  return list_or_nothing(out);
}

void read_health(Section& service, ComposeService& out, ComposeContext& context) {
  const auto* value = service.take("healthcheck");
  if (value == nullptr) return;
  Section check(*value, service.below("healthcheck"), context.notes);
  const bool disabled = check.flag("disable");
  if (disabled) check.note("disable", kOwnCheck);
  ComposeHealth health;
  health.command = health_command(check, context);
  health.every = duration(check, "interval", context);
  health.timeout = duration(check, "timeout", context);
  for (auto* span : {&health.every, &health.timeout}) {
    if (*span == "0s") span->clear();  // to Docker that is as if it weren't there
  }
  health.grace = duration(check, "start_period", context);
  if (const auto text = check.text("retries"); !text.empty()) {
    const auto fixed = context.variables.fixed(text, check.below("retries"));
    const auto retries = fixed ? parse_integer(*fixed) : std::nullopt;
    if (retries && *retries >= 1 && *retries <= 100)
      health.retries = fmt::format("{}", *retries);
    else
      check.note("retries", fmt::format("1 to 100 are possible, not {}", text));
  }
  check.finish();
  if (disabled || health.command.empty()) return;
  out.health = std::move(health);
}

void read_build(Section& service, ComposeService& out, ComposeContext& context) {
  const auto* written = service.take("build");
  if (written == nullptr) return;
  ComposeBuild build;
  if (written->is_string()) {
    build.context = context.variables.expression(written->get<std::string>(), service.below("build"));
  } else {
    Section section(*written, service.below("build"), context.notes);
    build.context = expression_of(section, "context", context);
    build.dockerfile = expression_of(section, "dockerfile", context);
    build.target = expression_of(section, "target", context);
    for (const auto& [name, arg] : pairs_of(section, "args")) {
      auto value = context.variables.expression(arg.value_or(fmt::format("${{{}}}", name)), section.below("args"));
      if (!value.empty()) build.args.emplace_back(name, std::move(value));
    }
    section.finish();
  }
  if (build.context.empty()) build.context = text_literal(".");
  if (build.context.starts_with("\"..") || build.context.starts_with("\"/")) {
    service.note("build", fmt::format("the context {} lies outside of the stack's "
                                      "folder: move the stack or the context",
                                      build.context));
  }
  if (!out.image.empty()) {
    service.note("image", fmt::format("the built image's name {}: give the image a repository with `to`", out.image));
  }
  out.image.clear();
  out.build = std::move(build);
}

void read_needs(Section& service, ComposeService& out, ComposeContext& context) {
  const auto* value = service.take("depends_on");
  if (value == nullptr) return;
  if (!value->is_object()) {
    out.needs = service.texts("depends_on");
    return;
  }
  for (const auto& [name, one] : value->items()) {
    out.needs.push_back(name);
    Section need(one, service.below("depends_on") + "." + name, context.notes);
    const auto condition = need.text("condition");
    if (condition == "service_completed_successfully") {
      need.note("condition",
                "it is started before this one, not waited for until it ends: that would be a job, which this "
                "version can't build");
    }
    need.ignore({"required"});
    if (need.flag("restart")) need.note("restart", "a service isn't restarted with what it needs");
    need.finish();
  }
}

struct GivenSecret {
  std::string name, file, param;
};

bool has_variable(const ComposeService& service, const std::string& name) {
  const auto same = [&](const auto& pair) { return pair.first == name; };
  return std::any_of(service.env.begin(), service.env.end(), same) ||
         std::any_of(service.secrets.begin(), service.secrets.end(), same);
}

// Images that can read a secret from a file are told which by NAME_FILE, and take it from NAME as well.
bool give_for_file(Section& service, ComposeService& out, const GivenSecret& secret) {
  constexpr std::string_view kFile = "_FILE";
  bool given = false;
  std::erase_if(out.env, [&](const auto& pair) {
    const auto& [variable, value] = pair;
    if (value != text_literal(secret.file)) return false;
    const auto plain = variable.ends_with(kFile) ? variable.substr(0, variable.size() - kFile.size()) : std::string();
    if (plain.empty() || has_variable(out, plain)) {
      service.note("secrets", fmt::format("{} names the file {}, which isn't there", variable, secret.file));
      return false;
    }
    out.secrets.emplace_back(plain, secret.param);
    service.note("secrets", fmt::format("{} is given as the variable {}, not as the file that {} names", secret.name,
                                        plain, variable));
    return given = true;
  });
  return given;
}

void give_secret(Section& service, ComposeService& out, const GivenSecret& secret) {
  if (give_for_file(service, out, secret)) return;
  std::string variable;
  for (const char c : secret.name)
    variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : (c == '-' || c == '.' ? '_' : c);
  while (has_variable(out, variable)) variable += "_SECRET";
  out.secrets.emplace_back(variable, secret.param);
  service.note("secrets",
               fmt::format("{} is given as the variable {}, not as the file {}", secret.name, variable, secret.file));
}

void read_secrets(Section& service, ComposeService& out, ComposeContext& context) {
  const auto* value = service.take("secrets");
  if (value == nullptr || !value->is_array()) return;
  for (const auto& one : *value) {
    std::string name = text_of(one);
    std::string target;
    if (one.is_object()) {
      Section section(one, service.below("secrets"), context.notes);
      name = section.text("source");
      target = section.text("target");
      section.ignore({"mode", "uid", "gid"});  // of the file that it isn't
      section.finish();
    }
    if (target.empty()) target = name;
    if (!target.starts_with('/')) target.insert(0, "/run/secrets/");
    const auto param = context.secrets.find(name);
    if (param == context.secrets.end()) {
      service.note("secrets", fmt::format("there is no secret {}", name));
      continue;
    }
    give_secret(service, out, {.name = name, .file = target, .param = param->second});
  }
}

void read_networks(Section& service, ComposeService& out, ComposeContext& context) {
  if (const auto* value = service.take("networks"); value != nullptr && value->is_object()) {
    for (const auto& [name, one] : value->items()) {
      out.networks.push_back(name);
      Section section(one, service.below("networks") + "." + name, context.notes);
      section.finish();
    }
  } else {
    out.networks = service.texts("networks");
  }
  const auto mode = service.text("network_mode");
  if (mode == "host" || mode == "none")
    out.mode = mode;
  else if (!mode.empty() && mode != "bridge" && mode != "default")
    service.note("network_mode", fmt::format("{} has no counterpart", mode));
}

void read_labels(Section& service, ComposeService& out, ComposeContext& context) {
  for (const auto& [name, value] : pairs_of(service, "labels")) {
    auto text = context.variables.expression(value.value_or(""), service.below("labels"));
    if (!text.empty()) out.labels.emplace_back(name, std::move(text));
  }
}

// What a container does anyway, or what only changes how Compose itself works.
void take_defaults(Section& service) {
  if (const auto restart = service.text("restart"); restart == "no" || restart.starts_with("on-failure")) {
    service.note("restart", fmt::format("{}: what ends is always started again", restart));
  }
  if (const auto name = service.text("container_name"); !name.empty()) {
    service.note("container_name", fmt::format("{}: containers are named after their service", name));
  }
  service.ignore({"attach"});
}

// Of a mount, in both forms: SOURCE:TARGET.
std::string shown_mount(const Json& mount) {
  if (!mount.is_object() || !mount.contains("source") || !mount.contains("target")) return shown(mount);
  return shown(Json(fmt::format("{}:{}", text_of(mount["source"]), text_of(mount["target"]))));
}

// Of a mount, in both forms: a folder of the node (rather than a volume)?
bool is_bind(const Json& mount) {
  if (mount.is_object()) return mount.contains("type") && mount["type"] == "bind";
  const auto text = text_of(mount);
  return text.find(':') != std::string::npos && (text[0] == '.' || text[0] == '/' || text[0] == '~');
}

void note_volumes(Section& service) {
  const auto* value = service.take("volumes");
  if (value == nullptr) return;
  for (const auto& mount : value->is_array() ? *value : Json::array({*value})) {
    service.note("volumes", fmt::format("{}: this version mounts nothing: {}", shown_mount(mount),
                                        is_bind(mount) ? "put what is there into the image"
                                                       : "what is written there is lost with the container"));
  }
}

}  // namespace

ComposeService read_service(const std::string& name, const Json& json, ComposeContext& context) {
  Section service(json, "services." + name, context.notes);
  ComposeService out{.name = name, .label = context.names.of("service", name)};
  out.image = expression_of(service, "image", context);
  read_build(service, out, context);
  out.entrypoint = words(service, "entrypoint", context);
  out.command = words(service, "command", context);
  out.user = expression_of(service, "user", context);
  out.working_dir = expression_of(service, "working_dir", context);
  out.stop_timeout = duration(service, "stop_grace_period", context);
  out.read_only = service.flag("read_only");
  read_environment(service, out, context);
  read_health(service, out, context);
  read_needs(service, out, context);
  read_secrets(service, out, context);
  read_networks(service, out, context);
  read_labels(service, out, context);
  read_deploy(service, out, context);
  read_ports(service, out, context);
  note_volumes(service);
  take_defaults(service);
  service.finish();
  return out;
}

}  // namespace infra::importing
