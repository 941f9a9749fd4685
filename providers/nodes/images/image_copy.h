// An image that was pushed nowhere goes from an engine that has it to one that hasn't, through this program: in the
// form of `docker save`, without those of its layers that are there already.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "providers/nodes/context.h"

namespace infra::nodes {

// If it is named by an id. One that no engine has is left to ensure_image, which says so.
Result<Ok> bring_image(const std::map<std::string, std::unique_ptr<Engine>>& engines, const Context& to,
                       const std::string& image);
// Those of these containers (label → inputs).
Result<Ok> bring_images(const std::map<std::string, std::unique_ptr<Engine>>& engines, const Context& to,
                        const Value& containers);

}  // namespace infra::nodes
