#include "providers/kubernetes/lower/kube_roles.h"

#include <map>
#include <set>

namespace infra::kubernetes {

namespace {

const Map& after_of(const Value& container) {
  static const Map none;
  const auto* after = container["after"].map();
  return after != nullptr ? *after : none;
}

class Order {
 public:
  Order(const Map& containers, bool job) : containers_(containers) {
    for (const auto& [label, container] : containers) {
      for (const auto& [target, condition] : after_of(container)) {
        if (condition == Value("succeeded")) raise(target, Role::once);
        if (condition == Value("healthy")) raise(target, Role::sidecar);
        if (condition == Value("healthy")) checked_.insert(target);
      }
    }
    for (const auto& [label, container] : containers) {
      if (job && container["essential"] == Value(false)) raise(label, Role::sidecar);
    }
    for (const auto& [label, container] : containers) visit(label);
  }

  std::vector<Turn> take() { return std::move(turns_); }

 private:
  // What an init container waits for comes before it, and so is one as well.
  void raise(const std::string& label, Role role) {
    const auto* container = containers_.find(label);
    if (container == nullptr) return;
    auto& now = roles_[label];
    if (now != Role::main) return;
    now = role;
    for (const auto& [target, condition] : after_of(*container)) {
      raise(target, condition == Value("succeeded") ? Role::once : Role::sidecar);
    }
  }

  void visit(const std::string& label) {
    const auto* container = containers_.find(label);
    if (container == nullptr || !seen_.insert(label).second) return;
    for (const auto& [target, condition] : after_of(*container)) visit(target);
    turns_.push_back({.label = label, .role = roles_[label], .waited_for_health = checked_.contains(label)});
  }

  const Map& containers_;
  std::map<std::string, Role> roles_;
  std::set<std::string> checked_;
  std::set<std::string> seen_;
  std::vector<Turn> turns_;
};

}  // namespace

std::vector<Turn> turns_of(const Map& containers, bool job) { return Order(containers, job).take(); }

}  // namespace infra::kubernetes
