#include "state/state.h"

namespace infra {

std::string_view to_text(Operation operation) {
  switch (operation) {
    case Operation::create:
      return "create";
    case Operation::update:
      return "update";
    case Operation::destroy:
      return "destroy";
  }
  return "";
}

}  // namespace infra
