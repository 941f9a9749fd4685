// Builds an image and pushes it: what one platform does for another that has no engine of its own.
#pragma once
#include <functional>
#include <string>

#include "providers/provider.h"

namespace infra {

struct ImageOrder {
  const std::string& engine;  // where it listens: "unix:///var/run/docker.sock"
  // Inputs: context, dockerfile, context_hash, repository, tag; and args, target, labels, username, password, if there
  // are any.
  const CreateRequest& request;
  const Ownership& owner;
  const SourceTree* sources;  // may be null
  const Cancel& cancel;
  const Progress& progress;
};
// The digest of what was pushed.
using ImageBuilder = std::function<Result<std::string>(const ImageOrder& order)>;

}  // namespace infra
