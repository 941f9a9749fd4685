// Expressions in the scope of a stack: what `infra console` shows.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/values/type.h"
#include "compiler/types/checker.h"
#include "workspace/check_stack.h"

namespace infra {

struct Evaluated {
  Compiled compiled;           // with what is wrong with the expression
  std::optional<Type> type;    // if it has one
  std::optional<Value> value;  // if it could be computed; a secret's isn't given out
  [[nodiscard]] bool secret() const { return type && has_secret(*type); }
};

class Evaluator {
 public:
  Evaluator(const SourceTree& tree, std::string folder, std::map<std::string, ParamValue> params);

  // Is this the beginning of something that goes on in the next line?
  [[nodiscard]] static bool unfinished(const std::string& text);
  // `let`, `fn` and `type` are kept for what follows.
  [[nodiscard]] static bool declares(const std::string& text);
  // Empty diagnostics if it is kept.
  Compiled declare(const std::string& text);
  Evaluated evaluate(const std::string& expression);

 private:
  Compiled compiled(const std::string& last) const;

  const SourceTree& tree_;
  std::string folder_;
  std::map<std::string, ParamValue> params_;
  std::string file_;      // a name that the stack doesn't have
  std::string declared_;  // what was declared so far
};

}  // namespace infra
