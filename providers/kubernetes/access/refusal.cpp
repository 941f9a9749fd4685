#include "providers/kubernetes/access/refusal.h"

#include <fmt/format.h>

#include <regex>

#include "base/text/one_line.h"

namespace infra::kubernetes {

namespace {

std::string said(const Reply& reply) {
  auto message = reply.message();
  if (message.empty()) message = fmt::format("status {}", reply.status);
  for (auto& c : message) {
    if (c == '\n') c = ' ';
  }
  return message;
}

Error forbidden(const Reply& reply, const Deed& deed, const std::string& where) {
  const auto message = said(reply);
  if (message.find("exceeded quota") != std::string::npos) {
    return {.code = "E0634",
            .message = fmt::format("{} is refused by a quota: {}", deed.object(), message),
            .help = "ask for less, or have the ResourceQuota raised"};
  }
  if (message.find("is being terminated") != std::string::npos) {
    return {.code = "E0637",
            .message = fmt::format("{} can't be made: the namespace `{}` is ending", deed.object(), deed.space),
            .help = fmt::format("wait until it is gone; `kubectl get namespace {} -o yaml` says what holds it",
                                deed.space)};
  }
  if (message.find("cannot " + deed.verb) == std::string::npos && message.find("cannot ") == std::string::npos) {
    return {.code = "E0634", .message = fmt::format("{} is refused: {}", deed.object(), message)};
  }
  return {.code = "E0633",
          .message = fmt::format("{} may not {} {}{}", where, deed.verb, deed.resource,
                                 deed.space.empty() ? " in the whole cluster" : " in the namespace " + deed.space),
          .help = fmt::format("its {} lacks: - {{apiGroups: [\"{}\"], resources: [\"{}\"], verbs: [\"{}\"]}}",
                              deed.space.empty() ? "ClusterRole" : "Role", deed.group, deed.resource, deed.verb)};
}

}  // namespace

std::string Deed::object() const {
  if (name.empty()) return resource;
  return fmt::format("{} {}", resource, space.empty() ? name : space + "/" + name);
}

std::string group_of(const std::string& version) {
  const auto slash = version.find('/');
  return slash == std::string::npos ? std::string() : version.substr(0, slash);
}

std::vector<Conflict> conflicts_of(const Reply& reply) {
  std::vector<Conflict> out;
  if (reply.status != 409 || !reply.causes().is_array()) return out;
  static const std::regex kConflictWith("conflict with \"([^\"]*)\"");
  for (const auto& cause : reply.causes()) {
    if (text(get(cause, "reason")) != "FieldManagerConflict") continue;
    auto field = text(get(cause, "field"));
    if (field.starts_with('.')) field.erase(0, 1);
    const auto message = text(get(cause, "message"));
    std::smatch found;
    out.push_back({std::move(field), std::regex_search(message, found, kConflictWith) ? found[1].str() : "somebody"});
  }
  return out;
}

Error refusal(const Reply& reply, const Deed& deed, const std::string& where) {
  if (reply.status == 403) return forbidden(reply, deed, where);
  if (const auto conflicts = conflicts_of(reply); !conflicts.empty()) {
    std::string fields;
    for (const auto& one : conflicts) {
      fields += fmt::format("{}`{}` by {}", fields.empty() ? "" : ", ", one.field, one.manager);
    }
    return {
        .code = "E0635",
        .message = fmt::format("somebody else manages fields of {} that this stack sets: {}", deed.object(), fields),
        .help = "plan again to see what differs; or leave these fields to them: `ignore = [...]`"};
  }
  const auto message = said(reply);
  if (reply.status == 404 && message.find("namespaces \"") != std::string::npos) {
    return {.code = "E0637",
            .message = fmt::format("{} can't be made: there is no namespace `{}`", deed.object(), deed.space)};
  }
  if (message.find("field not declared in schema") != std::string::npos ||
      message.find("unknown field") != std::string::npos) {
    return {.code = "E0634",
            .message = fmt::format("{} has a field that this server doesn't know: {}", deed.object(), message),
            .help = "the cluster's version may be too old for it"};
  }
  return {.code = "E0634", .message = fmt::format("the API server refuses {}: {}", deed.object(), message)};
}

}  // namespace infra::kubernetes
