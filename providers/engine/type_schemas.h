// One schema for each provider type, in a file of its name.
#pragma once
#include "base/schema.h"

namespace infra::engine {

Schema container_type();
Schema image_type();
Schema network_type();
Schema repository_type();

}  // namespace infra::engine
