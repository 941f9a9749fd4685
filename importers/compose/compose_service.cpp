#include <fmt/format.h>

#include <algorithm>

#include "importers/compose/compose_command.h"
#include "importers/compose/compose_file.h"
#include "importers/compose/compose_segments.h"
#include "importers/defaults.h"
#include "importers/values.h"

namespace infra::importing {
std::string expression_of(Section& section, std::string_view key, ComposeContext& context, Variables::Place kind) {
  const auto text = section.text(key);
  return text.empty() ? "" : context.variables.expression(text, section.below(key), kind);
}

std::optional<WrittenAmount> amount_of(Section& section, std::string_view key, Amount kind, std::string_view what,
                                       ComposeContext& context) {
  const auto text = section.text(key);
  if (text.empty()) return std::nullopt;
  const auto place = section.below(key);
  const auto use = context.variables.amount(text, place, kind);
  if (!use.variable && !use.known) return std::nullopt;  // which is noted
  if (use.known && !amount_literal(kind, *use.known)) {
    if (*use.known != "0") section.note(key, fmt::format("{} is no {}", shown(Json(*use.known)), what));
    return std::nullopt;
  }
  return WrittenAmount{.expression = context.variables.write(use, place), .known = use.known.value_or("")};
}

bool ComposeService::has_variable(const std::string& variable) const {
  const auto same = [&](const auto& pair) { return pair.first == variable; };
  return std::any_of(env.begin(), env.end(), same) || std::any_of(secrets.begin(), secrets.end(), same);
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
    if (condition == "service_completed_successfully") out.awaited.push_back(name);
    need.ignore({"required"});
    if (need.flag("restart")) need.note("restart", "a service isn't restarted with what it needs");
    need.finish();
  }
}

struct GivenSecret {
  std::string name, file, param;
};

// Images that can read a secret from a file are told which by NAME_FILE, and take it from NAME as well.
bool give_for_file(Section& service, ComposeService& out, const GivenSecret& secret) {
  constexpr std::string_view kFile = "_FILE";
  bool given = false;
  std::erase_if(out.env, [&](const auto& pair) {
    const auto& [variable, value] = pair;
    if (value != text_literal(secret.file)) return false;
    const auto plain = variable.ends_with(kFile) ? variable.substr(0, variable.size() - kFile.size()) : std::string();
    if (plain.empty() || out.has_variable(plain)) {
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
  while (out.has_variable(variable)) variable += "_SECRET";
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
    note_shown(value.value_or(""), service.below("labels") + "." + name, context);
    out.labels.emplace_back(name,
                            context.variables.expression(value.value_or(""), service.below("labels") + "." + name));
  }
}

// What a container does anyway, or what only changes how Compose itself works.
void take_defaults(Section& service, ComposeService& out) {
  if (const auto restart = service.text("restart"); !restart.empty() && out.restart.empty()) out.restart = restart;
  if (const auto name = service.text("container_name"); !name.empty()) {
    service.note("container_name", fmt::format("{}: containers are named after their service", name));
  }
  service.ignore({"attach", "pull_policy", "profiles"});
}

// Of a mount, in both forms: SOURCE:TARGET.
std::string shown_mount(const Json& mount) {
  if (!mount.is_object() || !mount.contains("source") || !mount.contains("target")) return shown(mount);
  return shown(Json(fmt::format("{}:{}", text_of(mount["source"]), text_of(mount["target"]))));
}

// Of a mount, in both forms: what is to be done about it. A folder of the node (rather than a volume), or something
// that can only be read, isn't lost with the container.
std::string remedy_for(const Json& mount, const ComposeContext& context) {
  constexpr auto* kPutIn = "put what is there into the image";
  constexpr auto* kLost = "what is written there is lost with the container";
  if (mount.is_object()) {
    if (mount.contains("type") && mount["type"] == "tmpfs") return "it is memory there, and the container's disk here";
    const bool fixed = mount.contains("read_only") && mount["read_only"] == true;
    return fixed || (mount.contains("type") && mount["type"] == "bind") ? kPutIn : kLost;
  }
  const auto text = masked(parse_template(text_of(mount)));
  const auto colon = text.find(':');
  if (colon == std::string::npos) return kLost;
  const auto options = text.substr(text.rfind(':') + 1);
  const bool fixed =
      text.rfind(':') != colon && (options == "ro" || options.starts_with("ro,") || options.ends_with(",ro"));
  const auto* variable = text[0] == kVariable ? &*parse_template(text_of(mount)).pieces.front().variable : nullptr;
  const auto usual = variable != nullptr ? context.variables.usual(parse_template(text_of(mount))) : std::nullopt;
  const char first = usual && !usual->empty() ? usual->front() : text[0];
  if (fixed || first == '.' || first == '/' || first == '~') return kPutIn;
  if (first == kVariable)
    return "if it is a folder of the node, put what is there into the image; what is written there "
           "stays only as long as the container";
  return kLost;
}

void note_volumes(Section& service, const ComposeContext& context) {
  const auto* value = service.take("volumes");
  if (value == nullptr) return;
  for (const auto& mount : value->is_array() ? *value : Json::array({*value})) {
    service.note("volumes",
                 fmt::format("{}: this version mounts nothing: {}", shown_mount(mount), remedy_for(mount, context)));
  }
}

}  // namespace

ComposeService read_service(const std::string& name, const Json& json, ComposeContext& context) {
  Section service(json, "services." + name, context.notes);
  ComposeService out{.name = name, .label = context.names.of("service", name)};
  out.image = expression_of(service, "image", context, Variables::Place::needed);
  read_build(service, out, context);
  out.user = expression_of(service, "user", context, Variables::Place::needed);
  out.working_dir = expression_of(service, "working_dir", context, Variables::Place::needed);
  if (const auto grace = amount_of(service, "stop_grace_period", Amount::duration, "duration", context))
    out.stop_timeout = grace->expression;
  if (out.stop_timeout.empty()) out.stop_timeout = written_default(compose_defaults(), "task.container.stop_timeout");
  if (const auto* flag = service.take("read_only"); flag != nullptr && flag->is_string())
    out.read_only = context.variables.fixed(flag->get<std::string>(), service.below("read_only")) == "true";
  else
    out.read_only = service.flag("read_only");
  read_environment(service, out, context);
  read_secrets(service, out, context);
  read_commands(service, out, context);
  read_health(service, out, context);
  read_needs(service, out, context);
  read_networks(service, out, context);
  read_labels(service, out, context);
  read_deploy(service, out, context);
  read_ports(service, out, context);
  note_volumes(service, context);
  take_defaults(service, out);
  service.finish();
  return out;
}

}  // namespace infra::importing
