// Building an image on a node's engine, and pushing it.
#pragma once
#include <string>

#include "providers/nodes/context.h"

namespace infra::nodes {

// The id of the image, which carries our labels and the tag `name`. E0607 with the build's last lines.
Result<std::string> build_image(const Context& context, const CreateRequest& request, const std::string& name);

// The digest of REPOSITORY:TAG after a push.
Result<std::string> push_image(const Context& context, const Value& inputs);

}  // namespace infra::nodes
