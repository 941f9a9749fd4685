#include "cli/generated_secrets.h"

#include <fmt/format.h>

#include "importers/credentials.h"

namespace infra::cli {
namespace {

constexpr const char* kVariables = "env";

bool is_secret(const Value& name, const Value& value) {
  return name.string() != nullptr && value.string() != nullptr &&
         importing::holds_secret(*name.string(), *value.string());
}

class LeavingOut {
 public:
  Value from(const Value& value, std::string_view name) {
    const bool variables = name == kVariables;
    if (const auto* map = value.map()) return from_map(*map, variables);
    if (const auto* list = value.list()) return from_list(*list, variables);
    return value;
  }
  std::vector<std::string> take() { return std::move(left_out_); }

 private:
  Value from_map(const Map& map, bool variables) {
    Map out;
    for (const auto& [name, member] : map) {
      if (variables && is_secret(Value(name), member)) {
        left_out_.push_back(name);
      } else {
        out.set(name, from(member, name));
      }
    }
    return out;
  }

  Value from_list(const List& list, bool variables) {
    List out;
    for (const auto& item : list) {
      if (variables && is_secret(item["name"], item["value"])) {
        left_out_.push_back(*item["name"].string());
      } else {
        out.push_back(from(item, ""));
      }
    }
    return out;
  }

  std::vector<std::string> left_out_;
};

std::string param_of(const std::string& variable) {
  std::string out;
  for (const char c : variable) {
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace

WithoutSecrets without_secrets(const Value& inputs) {
  LeavingOut leaving;
  auto rest = leaving.from(inputs, "");
  return {.inputs = std::move(rest), .variables = leaving.take()};
}

std::string advice_on_secrets(const std::vector<std::string>& variables) {
  std::string out;
  for (const auto& variable : variables) {
    const auto param = param_of(variable);
    out += fmt::format(
        "// The value of {0} isn't repeated: it looks like a secret. `infra secret set {1}` keeps it, encrypted; "
        "write\n"
        "// `param {1}: Secret<String>` here, and `secrets = {{ {0}: {1} }}` into the container.\n",
        variable, param);
  }
  return out;
}

}  // namespace infra::cli
