#include "importers/defaults.h"

#include <algorithm>

namespace infra::importing {
namespace {

constexpr std::string_view kNoCounterpart = "it has nothing of the kind";

constexpr DefaultRow kCompose[] = {
    {"image.args", "{ }", "{ }", "compose-spec build.md, args"},
    {"image.dockerfile", "\"Dockerfile\"", "\"Dockerfile\"", "compose-spec build.md, dockerfile"},
    {"image.tag", "\"latest\"", "\"latest\"", "docker: a reference without a tag"},
    {"service.daemon", "false", "false", "compose-spec deploy.md, mode: replicated"},
    {"service.deploy.max", "200%", "100%", "compose-spec deploy.md, update_config.order: stop-first"},
    {"service.deploy.min", "100%", "0%", "compose-spec deploy.md, update_config.order: stop-first; one of one copy"},
    {"service.deploy.rollback", "on_failure", "never", "compose-spec deploy.md, update_config.failure_action: pause"},
    {"service.deploy.settle", "1s", "", "compose-spec deploy.md, update_config.monitor: none"},
    {"service.desired", "1", "1", "compose-spec spec.md, scale; deploy.md, replicas"},
    {"task.container.after", "{ }", "", "a service of Compose is one container"},
    {"task.container.env", "{ }", "{ }", "compose-spec spec.md, environment"},
    {"task.container.essential", "true", "", "a service of Compose is one container"},
    {"task.container.health.every", "30s", "30s", "docker: HEALTHCHECK --interval"},
    {"task.container.health.grace", "0s", "0s", "docker: HEALTHCHECK --start-period"},
    {"task.container.health.retries", "3", "3", "docker: HEALTHCHECK --retries"},
    {"task.container.health.timeout", "5s", "30s", "docker: HEALTHCHECK --timeout"},
    {"task.container.labels", "{ }", "{ }", "compose-spec spec.md, labels"},
    {"task.container.port.protocol", "tcp", "tcp", "compose-spec spec.md, ports: protocol"},
    {"task.container.read_only", "false", "false", "compose-spec spec.md, read_only"},
    {"task.container.secrets", "{ }", "{ }", "compose-spec spec.md, secrets"},
    {"task.container.start_timeout", "2m", "", kNoCounterpart},
    {"task.container.stop_timeout", "30s", "10s", "compose-spec spec.md, stop_grace_period"},
};

constexpr DefaultRow kEcs[] = {
    {"service.daemon", "false", "false", "CreateService schedulingStrategy: REPLICA"},
    {"service.deploy.max", "200%", "200%", "DeploymentConfiguration maximumPercent of REPLICA"},
    {"service.deploy.min", "100%", "100%", "DeploymentConfiguration minimumHealthyPercent of REPLICA"},
    {"service.deploy.rollback", "on_failure", "never", "DeploymentConfiguration deploymentCircuitBreaker: off"},
    {"service.deploy.settle", "1s", "", kNoCounterpart},
    {"service.desired", "1", "1", "AWS::ECS::Service DesiredCount"},
    {"task.container.after", "{ }", "{ }", "ContainerDefinition dependsOn"},
    {"task.container.env", "{ }", "{ }", "ContainerDefinition environment"},
    {"task.container.essential", "true", "true", "ContainerDefinition essential"},
    {"task.container.health.every", "30s", "30s", "HealthCheck interval"},
    {"task.container.health.grace", "0s", "0s", "HealthCheck startPeriod: off"},
    {"task.container.health.retries", "3", "3", "HealthCheck retries"},
    {"task.container.health.timeout", "5s", "5s", "HealthCheck timeout"},
    {"task.container.labels", "{ }", "{ }", "ContainerDefinition dockerLabels"},
    {"task.container.port.protocol", "tcp", "tcp", "PortMapping protocol"},
    {"task.container.read_only", "false", "false", "ContainerDefinition readonlyRootFilesystem"},
    {"task.container.secrets", "{ }", "{ }", "ContainerDefinition secrets"},
    {"task.container.start_timeout", "2m", "3m", "agent's ECS_CONTAINER_START_TIMEOUT"},
    {"task.container.stop_timeout", "30s", "30s", "agent's ECS_CONTAINER_STOP_TIMEOUT; Fargate"},
};

}  // namespace

std::span<const DefaultRow> compose_defaults() { return kCompose; }
std::span<const DefaultRow> ecs_defaults() { return kEcs; }

std::string written_default(std::span<const DefaultRow> table, std::string_view attribute) {
  const auto row =
      std::find_if(table.begin(), table.end(), [&](const DefaultRow& r) { return r.attribute == attribute; });
  return row == table.end() || row->theirs == row->ours ? std::string() : std::string(row->theirs);
}

}  // namespace infra::importing
