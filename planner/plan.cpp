#include "planner/plan.h"

#include <algorithm>

namespace infra {

std::string_view to_text(Action action) {
  switch (action) {
    case Action::no_op:
      return "no_op";
    case Action::create:
      return "create";
    case Action::update:
      return "update";
    case Action::replace:
      return "replace";
    case Action::destroy:
      return "destroy";
    case Action::forget:
      return "forget";
    case Action::adopt:
      return "adopt";
  }
  return "?";
}

std::string_view to_text(Reason::Code code) {
  switch (code) {
    case Reason::declared_new:
      return "declared_new";
    case Reason::not_declared:
      return "not_declared";
    case Reason::input_changed:
      return "input_changed";
    case Reason::cannot_update:
      return "cannot_update";
    case Reason::gone:
      return "gone";
    case Reason::unhealthy:
      return "unhealthy";
    case Reason::changed_outside:
      return "changed_outside";
    case Reason::dependency_replaced:
      return "dependency_replaced";
    case Reason::left_over:
      return "left_over";
    case Reason::found_unrecorded:
      return "found_unrecorded";
    case Reason::asked:
      return "asked";
    case Reason::refreshed:
      return "refreshed";
    case Reason::before_deletion:
      return "before_deletion";
  }
  return "?";
}

std::string_view to_text(Step::Kind kind) {
  switch (kind) {
    case Step::create:
      return "create";
    case Step::update:
      return "update";
    case Step::destroy:
      return "destroy";
    case Step::forget:
      return "forget";
    case Step::adopt:
      return "adopt";
  }
  return "?";
}

bool Plan::empty() const {
  return steps.empty() && outputs.empty() && moved.empty() && imported.empty() && noted.empty();
}

bool Plan::drifted() const {
  return std::any_of(owners.begin(), owners.end(), [](const OwnerChange& owner) { return owner.drift; });
}

}  // namespace infra
