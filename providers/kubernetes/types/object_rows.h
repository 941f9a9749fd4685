// The rows of object_types.cpp, one in each file here.
#pragma once
#include "providers/kubernetes/objects/object_schemas.h"
#include "providers/kubernetes/objects/object_type.h"

namespace infra::kubernetes {

const ObjectType& config_map_type();
const ObjectType& cron_job_type();
const ObjectType& daemon_set_type();
const ObjectType& deployment_type();
const ObjectType& gateway_type();
const ObjectType& horizontal_pod_autoscaler_type();
const ObjectType& http_route_type();
const ObjectType& ingress_type();
const ObjectType& job_type();
const ObjectType& namespace_type();
const ObjectType& network_policy_type();
const ObjectType& pod_disruption_budget_type();
const ObjectType& secret_type();
const ObjectType& service_type();

}  // namespace infra::kubernetes
