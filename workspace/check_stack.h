// Everything that can be known of a stack without its state and the world.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "workspace/options.h"

namespace infra {

struct Checked {
  Compiled compiled;               // with the diagnostics of lowering too
  std::vector<std::string> unset;  // params without a value: what depends on them is checked when they have one
};

// Compiles, and lowers to what the platforms would make of it. Params may be without a value, and what an image is
// built from may be missing: it is often made later than the stack is checked, so that is a warning.
Result<Checked> check_stack(const StackOptions& options);
// The same of any tree. Where `index` has a probe, names and types are enough.
Checked check_tree(const SourceTree& tree, const std::string& folder, std::map<std::string, ParamValue> params,
                   ModuleSource* modules = nullptr, Index* index = nullptr, const ChosenEnvironment& environment = {});

}  // namespace infra
