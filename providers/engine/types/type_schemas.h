// One schema for each provider type, in a file of its name.
#pragma once
#include "base/values/schema.h"

namespace infra::engine {

// An attribute whose change replaces the object; `needed` ones are required, too.
Attribute fixed(std::string name, Type type, std::string doc, std::optional<Value> fallback = {});
Attribute needed(std::string name, Type type, std::string doc);

Schema acme_account_type();
Schema acme_certificate_type();
Schema balancer_route_type();
Schema container_type();
Schema image_type();
Schema load_balancer_type();
Schema network_type();
Schema overlay_type();
Schema overlay_network_type();
Schema registry_access_type();
Schema repository_type();
Schema task_type();
Schema task_set_type();

}  // namespace infra::engine
