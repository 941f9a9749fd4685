// What a container of ECS is given in secret: each secret is a param of the stack, and stands nowhere in clear.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "importers/credentials.h"
#include "importers/ecs/taskdef_stack.h"

namespace infra::importing {

class ContainerSecrets {
 public:
  // `section` is told what was done; `container`: its name.
  ContainerSecrets(std::string container, Section& section, EcsContext& context)
      : container_(std::move(container)), section_(section), context_(context) {}

  void add(const std::string& variable, std::string expression) { all_.emplace_back(variable, std::move(expression)); }
  // The variables of the container: name → expression.
  [[nodiscard]] const Pairs& all() const { return all_; }

  // The param of a secret; `identity` tells one from another of the same name. `from`: where its value is.
  std::string param(const std::string& name, const std::string& identity, const std::string& from);
  // The text of a variable, with params in place of its `parts`.
  std::string text(const std::string& value, const std::vector<Part>& parts, const std::string& name,
                   std::string_view key);
  // A command. A secret on a command line comes from a variable of the container.
  std::string command(std::vector<std::string> words, std::string_view key);

 private:
  std::string clear(const std::string& name, const std::string& secret, const std::string& where, std::string_view key);
  std::string script(const std::string& text, const std::vector<Part>& parts, std::string_view key);
  std::string through_shell(const std::vector<std::string>& words, const std::vector<std::vector<Part>>& parts,
                            std::string_view key);
  std::string variable_for(const std::string& param);

  std::string container_;
  Section& section_;
  EcsContext& context_;
  Pairs all_;
};

}  // namespace infra::importing
