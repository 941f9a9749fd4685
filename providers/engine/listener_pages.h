// What a listener answers by itself.
#pragma once
#include "base/values/resource.h"

namespace infra::engine {

// `pages` and `maintenance` of its inputs, where it has any.
void add_pages(const Resource& listener, Map& inputs);

}  // namespace infra::engine
