"""What ECS's API shows of services, deployments and tasks."""
import re
import time

EPOCH = int(time.time())
KEPT = ("launchType", "capacityProviderStrategy", "networkConfiguration", "placementConstraints", "placementStrategy",
        "propagateTags", "enableExecuteCommand", "platformVersion", "availabilityZoneRebalancing", "deploymentController")
KEPT_IN_DEPLOYMENTS = ("launchType", "capacityProviderStrategy", "networkConfiguration")


class Shown:
    """Of a region: `world` (ecs.World) holds what is shown, `moto` the task definitions."""

    def counts(self, service, deployment=None):
        tasks = [t for t in self.world.of(service) if deployment is None or t.deployment is deployment]
        running = len([t for t in tasks if t.status == "RUNNING"])
        return running, len([t for t in tasks if t.status in ("PROVISIONING", "PENDING")])

    def deployment_shown(self, service, deployment):
        running, pending = self.counts(service, deployment)
        out = {"id": deployment.id, "status": deployment.status, "taskDefinition": deployment.definition,
               "desiredCount": service.desired if deployment.status == "PRIMARY" else 0, "pendingCount": pending,
               "runningCount": running, "failedTasks": deployment.failed, "createdAt": EPOCH + deployment.at,
               "updatedAt": EPOCH + deployment.at, "rolloutState": deployment.state,
               "rolloutStateReason": deployment.reason}
        return {**out, **{k: service.given[k] for k in KEPT_IN_DEPLOYMENTS if service.given.get(k)}}

    def shown(self, service, tags):
        running, pending = self.counts(service)
        given = service.given
        out = {"serviceArn": self.arn(service.cluster, service.name), "serviceName": service.name,
               "clusterArn": service.cluster, "loadBalancers": given.get("loadBalancers") or [],
               "status": service.status, "desiredCount": service.desired, "runningCount": running,
               "pendingCount": pending, "taskDefinition": service.definition,
               "schedulingStrategy": given.get("schedulingStrategy", "REPLICA"),
               "deploymentConfiguration": {"maximumPercent": service.maximum, "minimumHealthyPercent": service.minimum,
                                           "deploymentCircuitBreaker": {"enable": service.breaker,
                                                                        "rollback": service.rollback}},
               "deployments": [self.deployment_shown(service, d) for d in service.deployments],
               "events": [{"id": f"{at}-{i}", "createdAt": EPOCH + at, "message": text}
                          for i, (at, text) in reversed(list(enumerate(reversed(service.events))))][:100],
               "createdAt": EPOCH + given["createdAt"], "healthCheckGracePeriodSeconds": service.grace}
        out.update({k: given[k] for k in KEPT if given.get(k) is not None})
        if tags:
            out["tags"] = given.get("tags", [])
        return out

    def task_shown(self, task):
        does = self.moto.describe_task_definition(task.definition)
        containers = []
        for definition in does.container_definitions:
            name = definition["name"]
            one = {"name": name, "image": definition["image"], "lastStatus": task.status,
                   "healthStatus": task.health, "runtimeId": f"{task.id[:32]}-{len(containers)}"}
            code = self.exit_of(task, definition)
            if code is not None:
                one["exitCode"] = code
            if task.code == "TaskFailedToStart":
                one["reason"] = task.reason
            containers.append(one)
        cluster = task.service.cluster if task.service else task.cluster
        out = {"taskArn": self.task_arn(task), "clusterArn": cluster, "taskDefinitionArn": task.definition,
               "lastStatus": task.status, "desiredStatus": "RUNNING" if task.alive() else "STOPPED",
               "healthStatus": task.health, "containers": containers, "createdAt": EPOCH + task.born,
               "tags": task.service.given.get("tags", []) if task.service else task.tags,
               "availabilityZone": self.region + "ab"[int(task.id, 16) % 2], "cpu": does.cpu or "0",
               "memory": does.memory or "0", "attachments": [{"type": "ElasticNetworkInterface", "details": [
                   {"name": "privateIPv4Address", "value": self.address_of(task)}]}],
               "enableExecuteCommand": bool(task.service and task.service.given.get("enableExecuteCommand")),
               "group": f"service:{task.service.name}" if task.service else task.group,
               "startedBy": task.deployment.id if task.deployment else task.started_by}
        strategy = (task.service.given.get("capacityProviderStrategy") if task.service else None) or []
        if strategy:
            out["capacityProviderName"] = strategy[0]["capacityProvider"]
        if task.status == "STOPPED":
            out.update(stopCode=task.code, stoppedReason=task.reason, stoppedAt=EPOCH + task.stopped_at)
        return out

    @staticmethod
    def address_of(task):
        return f"10.0.1.{int(task.id, 16) % 250 + 4}"

    def exit_of(self, task, definition):
        """A container that says how it ends (an image :exitN) ends so; the others as ECS ends them."""
        if task.exit is None:
            return None
        ends = re.fullmatch(r".*:exit(\d+)", definition["image"])
        if ends:
            return int(ends.group(1))
        return task.exit if definition.get("essential", True) else 143
