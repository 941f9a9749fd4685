#include <fmt/format.h>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

// The environment variables of a container: what is in clear and what is secret share their names.
class Variables {
 public:
  Variables(const Resource& task, const std::string& label, const Value& container, Diagnostics& diagnostics)
      : task_(task), label_(label), container_(container), diagnostics_(diagnostics) {}

  void check() {
    for (const auto* attribute : {"env", "secrets"}) {
      const auto* names = container_[attribute].map();
      if (names == nullptr) continue;
      for (const auto& [name, value] : *names) spelling(attribute, name);
    }
    twice();
  }

 private:
  [[nodiscard]] Span place(const char* attribute, const std::string& name) const {
    const auto path = container_path(label_) + attribute;
    return task_.written(fmt::format("{}.{}:", path, name)).value_or(task_.place(path));
  }

  // A program finds its variables as NAME=VALUE, each ended by a zero byte.
  void spelling(const char* attribute, const std::string& name) {
    const auto wrong = name.find_first_of(std::string_view("=\0", 2));
    if (!name.empty() && wrong == std::string::npos) return;
    diagnostics_.error(
        "E0210", place(attribute, name),
        fmt::format("`{}` of container `{}` has a variable that can't be: {}", attribute, label_, to_source(name)),
        name.empty()         ? "has no name"
        : name[wrong] == '=' ? "a name ends before its `=`"
                             : "has a zero byte",
        "names are for example letters, digits and `_`");
  }

  void twice() {
    const auto* plain = container_["env"].map();
    const auto* secret = container_["secrets"].map();
    if (plain == nullptr || secret == nullptr) return;
    for (const auto& [name, value] : *secret) {
      const auto* other = plain->find(name);
      if (other == nullptr || other->is_null()) continue;
      Label one{place("secrets", name), "secret"};
      Label two{place("env", name), "in clear"};
      if (one.span < two.span) std::swap(one, two);
      diagnostics_
          .error("E0415", one.span,
                 fmt::format("container `{}` has the variable `{}` in `env` and in `secrets`", label_, name), one.text,
                 "leave out one of the two")
          .secondary.push_back(two);
    }
  }

  const Resource& task_;
  const std::string& label_;
  const Value& container_;
  Diagnostics& diagnostics_;
};

}  // namespace

void variables(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& resource : input.graph.resources) {
    if (resource.address.kind != "task") continue;
    const auto* containers = resource.config["container"].map();
    if (containers == nullptr) continue;
    for (const auto& [label, container] : *containers) Variables(resource, label, container, diagnostics).check();
  }
}

}  // namespace infra::checks
