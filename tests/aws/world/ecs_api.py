"""ECS's API for services and tasks, over ecs.py. Clusters, task definitions and capacity providers stay moto's."""
import re

import ecs
import roles
import task_logs
from ecs_shown import EPOCH, Shown
from floor import Floor
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ecs.models import ecs_backends
from moto.elbv2.models import elbv2_backends

BEHAVIOURS = {"crash": {"exit_after": 2}, "nopull": {"nopull": True}, "sick": {"sick": True, "check": True},
              "lbsick": {"lbsick": True}}


class Refused(Exception):
    def __init__(self, code, message, status=400):
        super().__init__(message)
        self.code, self.status = code, status


def joined(balancers, group):
    """Does a rule or a listener send anything to this target group, or may it (with weight 0)?"""
    for balancer in balancers.load_balancers.values():
        for listener in balancer.listeners.values():
            for rule in listener.rules.values():
                if any(group in repr(action.data) for action in rule.actions):
                    return True
            if any(group in repr(action.data) for action in listener.default_actions):
                return True
    return False


class Ecs(Shown):
    def __init__(self, region):
        self.region, self.world = region, ecs.World(self.behaviour)
        self.world.role_refused = self.role_refused
        self.floor = Floor(elbv2_backends[DEFAULT_ACCOUNT_ID][region])
        self.world.moved = self.floor.look_at
        self.moto = ecs_backends[DEFAULT_ACCOUNT_ID][region]
        self.world.told = lambda task, what: task_logs.write(region, self.definitions_of(task), task, what)

    # What the images of a task definition do, by their tags.
    def behaviour(self, arn):
        out = {"grace": 0, "every": 10, "retries": 3, "image": "", "check": False}
        for container in self.moto.describe_task_definition(arn).container_definitions:
            image = container["image"]
            tag = image.rpartition(":")[2]
            out["image"] = out["image"] or image
            check = container.get("healthCheck")
            if check:
                out.update(check=True, grace=check.get("startPeriod", 0), every=check.get("interval", 30),
                           retries=check.get("retries", 3))
            slow, ends, alone = (re.fullmatch(name + r"(\d+)", tag) for name in ("slow", "exit", "alone"))
            if slow:
                out["slow"] = int(slow.group(1))
            if ends:
                out.update(exit_after=5, code=int(ends.group(1)))
            if alone:  # it serves as a service's copy, and ends as a run of its own
                out["alone"] = {"exit_after": 5, "code": int(alone.group(1))}
            out.update(BEHAVIOURS.get(tag, {}))
        return out

    def role_refused(self, definition):
        found = self.moto.describe_task_definition(definition)
        return roles.refusal([getattr(found, name, None) for name in ("execution_role_arn", "task_role_arn")])

    def definitions_of(self, task):
        return self.moto.describe_task_definition(task.definition).container_definitions

    def cluster(self, name):
        cluster = self.moto.clusters.get((name or "default").rpartition("/")[2])
        if cluster is None or cluster.status != "ACTIVE":
            raise Refused("ClusterNotFoundException", "Cluster not found.")
        return cluster

    def definition(self, name):
        try:
            found = self.moto.describe_task_definition(name)
        except Exception as error:
            raise Refused("ClientException", "Unable to describe task definition.") from error
        if found.status != "ACTIVE":
            raise Refused("ClientException", "TaskDefinition is inactive")
        return found.arn

    def service(self, cluster, name):
        key = (self.cluster(cluster).arn, (name or "").rpartition("/")[2])
        if key not in self.world.services:
            raise Refused("ServiceNotFoundException", "Service not found.")
        return self.world.services[key]

    def by_arn(self, arn):
        cluster, _, name = arn.replace(":service/", ":cluster/").rpartition("/")
        return self.world.services.get((cluster, name)) if ":service/" in arn else None

    @staticmethod
    def arn(cluster, name):
        return cluster.replace(":cluster/", ":service/") + "/" + name

    def check_balancers(self, balancers):
        groups = elbv2_backends[DEFAULT_ACCOUNT_ID][self.region].target_groups
        for one in balancers or []:
            group = groups.get(one.get("targetGroupArn"))
            if group is None:
                raise Refused("InvalidParameterException", "Unable to find the target group.")
            if not joined(elbv2_backends[DEFAULT_ACCOUNT_ID][self.region], group.arn):
                raise Refused("InvalidParameterException", f"The target group with targetGroupArn {group.arn} does not have "
                              "an associated load balancer.")

    def drain_of(self, balancers):
        groups = elbv2_backends[DEFAULT_ACCOUNT_ID][self.region].target_groups
        times = [int(groups[one["targetGroupArn"]].attributes.get("deregistration_delay.timeout_seconds", 300))
                 for one in balancers or []]
        return max(times, default=0)

    def apply_settings(self, service, params):
        settings = params.get("deploymentConfiguration")
        if settings is not None:
            service.minimum = settings.get("minimumHealthyPercent", service.minimum)
            service.maximum = settings.get("maximumPercent", service.maximum)
            breaker = settings.get("deploymentCircuitBreaker", {})
            service.breaker, service.rollback = breaker.get("enable", False), breaker.get("rollback", False)
        if params.get("loadBalancers") is not None:
            self.check_balancers(params["loadBalancers"])
            service.balanced, service.drain = bool(params["loadBalancers"]), self.drain_of(params["loadBalancers"])
        service.grace = params.get("healthCheckGracePeriodSeconds", service.grace)
        if params.get("desiredCount") is not None:
            service.desired = params["desiredCount"]
        service.rests = False

    def create_service(self, params):
        cluster = self.cluster(params.get("cluster"))
        key = (cluster.arn, params["serviceName"])
        old = self.world.services.get(key)
        if old is not None and old.status == "DRAINING":
            raise Refused("InvalidParameterException", "Unable to Start a service that is still Draining.")
        if old is not None and old.status == "ACTIVE":
            if params.get("clientToken") and old.given.get("clientToken") == params["clientToken"]:
                return {"service": self.shown(old, True)}
            raise Refused("InvalidParameterException", "Creation of service was not idempotent.")
        if params.get("launchType") and params.get("capacityProviderStrategy"):
            raise Refused("InvalidParameterException", "Specifying both a launch type and capacity provider strategy is "
                          "not supported. Remove one and try again.")
        definition = self.definition(params["taskDefinition"])
        awsvpc = self.moto.describe_task_definition(definition).network_mode == "awsvpc"
        if awsvpc != ("awsvpcConfiguration" in params.get("networkConfiguration", {})):
            raise Refused("InvalidParameterException", "Network Configuration must be provided when networkMode 'awsvpc' is "
                          "specified." if awsvpc else "Network Configuration is not valid for the given networkMode.")
        self.check_balancers(params.get("loadBalancers"))
        service = ecs.Service(params["serviceName"], cluster.arn, definition, params.get("desiredCount", 1))
        if params.get("schedulingStrategy") == "DAEMON":
            service.desired = 1
        self.apply_settings(service, params)
        service.given, service.given["createdAt"] = dict(params), self.world.now
        self.world.add(key, service)
        self.world.deploy(service, definition)
        return {"service": self.shown(service, True)}

    def update_service(self, params):
        service = self.service(params.get("cluster"), params["service"])
        if service.status != "ACTIVE":
            raise Refused("ServiceNotActiveException", "Service was not ACTIVE.")
        rolls = params.get("forceNewDeployment", False)
        definition = self.definition(params["taskDefinition"]) if params.get("taskDefinition") else service.definition
        rolls = rolls or definition != service.definition
        if "capacityProviderStrategy" in params and not params.get("forceNewDeployment"):
            if params["capacityProviderStrategy"] != service.given.get("capacityProviderStrategy"):
                raise Refused("InvalidParameterException", "When updating a capacity provider strategy, "
                              "forceNewDeployment must be specified")
        for name in ("networkConfiguration", "loadBalancers", "platformVersion"):
            rolls = rolls or (name in params and params[name] != service.given.get(name))
        self.apply_settings(service, params)
        service.given.update({k: v for k, v in params.items() if k not in ("service", "cluster", "forceNewDeployment")})
        if rolls:
            self.world.deploy(service, definition)
        return {"service": self.shown(service, True)}

    def delete_service(self, params):
        service = self.service(params.get("cluster"), params["service"])
        if service.status == "INACTIVE":
            raise Refused("ServiceNotActiveException", "Service was not ACTIVE.")
        if service.desired and not params.get("force") and service.given.get("schedulingStrategy") != "DAEMON":
            raise Refused("InvalidParameterException", "The service cannot be stopped while it is scaled above 0.")
        service.status, service.desired, service.rests = "DRAINING", 0, False
        for task in self.world.of(service):
            task.stop("ServiceSchedulerInitiated", "Service deleted")
        return {"service": self.shown(service, True)}

    def describe_services(self, params):
        cluster, out, failures = self.cluster(params.get("cluster")), [], []
        for name in params["services"]:
            service = self.world.services.get((cluster.arn, name.rpartition("/")[2]))
            if service is None:
                failures.append({"arn": self.arn(cluster.arn, name.rpartition("/")[2]), "reason": "MISSING"})
            else:
                out.append(self.shown(service, "TAGS" in params.get("include", [])))
        return {"services": out, "failures": failures}

    def list_services(self, params):
        cluster = self.cluster(params.get("cluster"))
        arns = [self.arn(c, n) for (c, n), s in self.world.services.items() if c == cluster.arn and s.status != "INACTIVE"]
        return paged(arns, params, "serviceArns", 10)

    def list_tasks(self, params):
        cluster = self.cluster(params.get("cluster"))
        wanted, name = params.get("desiredStatus", "RUNNING"), params.get("serviceName", "").rpartition("/")[2]
        of_service = self.world.services.get((cluster.arn, name))
        all_tasks = self.world.single + of_service.tasks if of_service else self.world.tasks
        tasks = [t for t in all_tasks if (t.service.cluster if t.service else t.cluster) == cluster.arn]
        tasks = [t for t in tasks if (t.status == "STOPPED") == (wanted == "STOPPED")]
        if name:
            tasks = [t for t in tasks if t.service and t.service.name == name]
        if params.get("startedBy"):
            tasks = [t for t in tasks if t.started_by == params["startedBy"]]
        return paged([self.task_arn(t) for t in tasks], params, "taskArns", 100)

    def task_arn(self, task):
        cluster = task.service.cluster if task.service else task.cluster
        return cluster.replace(":cluster/", ":task/") + "/" + task.id

    def describe_tasks(self, params):
        by_id = {t.id: t for t in self.world.tasks}
        out, failures = [], []
        for name in params["tasks"]:
            task = by_id.get(name.rpartition("/")[2])
            if task is None:
                failures.append({"arn": name, "reason": "MISSING"})
            else:
                out.append(self.task_shown(task))
        return {"tasks": out, "failures": failures}

    def run_task(self, params):
        cluster = self.cluster(params.get("cluster"))
        token = params.get("clientToken")
        again = [t for t in self.world.tasks if token and t.service is None and t.token == token]
        if again:
            return {"tasks": [self.task_shown(t) for t in again], "failures": []}
        definition = self.definition(params["taskDefinition"])
        if refusal := self.role_refused(definition):
            raise Refused("ClientException", refusal)
        tasks = []
        for _ in range(params.get("count", 1)):
            task = ecs.Task(self.world, definition, None, None)
            task.cluster, task.token, task.started_by = cluster.arn, token, params.get("startedBy", "")
            task.tags, task.group = params.get("tags", []), params.get("group", "")
            for one in params.get("overrides", {}).get("containerOverrides", []):
                task.overrides[one["name"]] = one.get("command")
            tasks.append(task)
        self.world.single += tasks
        return {"tasks": [self.task_shown(t) for t in tasks], "failures": []}

    def stop_task(self, params):
        for task in self.world.tasks:
            if task.id == params["task"].rpartition("/")[2]:
                task.stop("UserInitiated", params.get("reason", "Task stopped by user"))
                return {"task": self.task_shown(task)}
        raise Refused("InvalidParameterException", "The referenced task was not found.")

    def update_protection(self, params):
        cluster = self.cluster(params.get("cluster"))
        if len(params["tasks"]) > 10:
            raise Refused("InvalidParameterException", "You can specify up to 10 tasks.")
        ids = {name.rpartition("/")[2]: name for name in params["tasks"]}
        until = self.world.now + 60 * params.get("expiresInMinutes", 120) if params["protectionEnabled"] else 0
        tasks = [t for t in self.world.tasks if t.id in ids and t.service and t.service.cluster == cluster.arn and t.alive()]
        for task in tasks:
            task.protected_until, task.service.rests = until, False
        known = {t.id for t in tasks}
        return {"protectedTasks": [{"taskArn": self.task_arn(t), "protectionEnabled": until > 0} for t in tasks],
                "failures": [{"arn": name, "reason": "TASK_NOT_VALID"} for one, name in ids.items() if one not in known]}

    def health_of(self, group):
        """The copies in a target group, as (address, state)."""
        tasks = [t for t in self.world.tasks if t.deployment and group in t.deployment.groups and t.status != "STOPPED"]
        return [(self.address_of(t), t.target) for t in tasks]

    def list_tags(self, params):
        return {"tags": self.by_arn(params["resourceArn"]).given.get("tags", [])}

    def tag(self, params):
        given = self.by_arn(params["resourceArn"]).given
        tags = {t["key"]: t.get("value", "") for t in given.get("tags", []) + params["tags"]}
        given["tags"] = [{"key": k, "value": v} for k, v in tags.items()]
        return {}

    def untag(self, params):
        given = self.by_arn(params["resourceArn"]).given
        given["tags"] = [t for t in given.get("tags", []) if t["key"] not in params["tagKeys"]]
        return {}

    def delete_cluster(self, params):
        cluster = self.cluster(params["cluster"])
        if any(c == cluster.arn and s.status != "INACTIVE" for (c, _), s in self.world.services.items()):
            raise Refused("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
        if any(t.status != "STOPPED" and (t.service.cluster if t.service else t.cluster) == cluster.arn
               for t in self.world.tasks):
            raise Refused("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
        return None  # moto does it

    def describe_providers(self, params):
        """Without names: all of them, with the two that every account has."""
        given = self.moto.capacity_providers.values()
        wanted = [name.rpartition("/")[2] for name in params.get("capacityProviders", [])]
        known = {one.name: {"capacityProviderArn": one.capacity_provider_arn, "name": one.name, "status": one.status,
                            "autoScalingGroupProvider": one.auto_scaling_group_provider,
                            "tags": (one.tags or []) if "TAGS" in params.get("include", []) else []} for one in given}
        known.update({name: {"name": name, "status": "ACTIVE"} for name in ("FARGATE", "FARGATE_SPOT")})
        return {"capacityProviders": [one for name, one in known.items() if not wanted or name in wanted],
                "failures": [{"arn": name, "reason": "MISSING"} for name in wanted if name not in known]}

    def delete_provider(self, params):
        name = params["capacityProvider"].rpartition("/")[2]
        if name not in self.moto.capacity_providers:
            raise Refused("ClientException", "The specified capacity provider does not exist. Specify a valid name or ARN.")
        if any(name in (c.capacity_providers or []) for c in self.moto.clusters.values() if c.status == "ACTIVE"):
            raise Refused("ResourceInUseException", "The specified capacity provider is in use and cannot be removed.")
        return None  # moto does it

    def put_providers(self, params):
        cluster = self.cluster(params["cluster"])
        used = {one["capacityProvider"] for s in self.world.services.values()
                if s.cluster == cluster.arn and s.status != "INACTIVE" for one in s.given.get("capacityProviderStrategy") or []}
        if (used & set(cluster.capacity_providers or [])) - set(params["capacityProviders"]):
            raise Refused("ResourceInUseException", "The specified capacity provider is in use and cannot be removed.")
        return None  # moto does it

    def execute_command(self, params):
        cluster = self.cluster(params.get("cluster"))
        for task in self.world.tasks:
            if task.id == params["task"].rpartition("/")[2] and task.status == "RUNNING":
                if not (task.service and task.service.given.get("enableExecuteCommand")):
                    raise Refused("InvalidParameterException", "The execute command failed because execute command was not "
                                  "enabled when the task was run or the execute command agent isn't running.")
                return {"clusterArn": cluster.arn, "taskArn": self.task_arn(task), "containerName": params.get("container"),
                        "interactive": True, "session": {"sessionId": "ecs-execute-command-0", "tokenValue": "token",
                                                         "streamUrl": "wss://ssmmessages.example/v1/data-channel/0"}}
        raise Refused("InvalidParameterException", "The referenced task was not found.")


def paged(items, params, name, size):
    start, size = int(params.get("nextToken") or 0), params.get("maxResults", size)
    out = {name: items[start:start + size]}
    return {**out, "nextToken": str(start + size)} if start + size < len(items) else out


HANDLERS = {"CreateService": Ecs.create_service, "UpdateService": Ecs.update_service, "DeleteService": Ecs.delete_service,
            "DescribeServices": Ecs.describe_services, "ListServices": Ecs.list_services, "ListTasks": Ecs.list_tasks,
            "DescribeTasks": Ecs.describe_tasks, "UpdateTaskProtection": Ecs.update_protection, "ExecuteCommand": Ecs.execute_command, "RunTask": Ecs.run_task, "StopTask": Ecs.stop_task,
            "DeleteCluster": Ecs.delete_cluster, "DescribeCapacityProviders": Ecs.describe_providers,
            "DeleteCapacityProvider": Ecs.delete_provider, "PutClusterCapacityProviders": Ecs.put_providers}
ON_SERVICES = {"ListTagsForResource": Ecs.list_tags, "TagResource": Ecs.tag, "UntagResource": Ecs.untag}


def handler_of(ecs_of_region, operation, params):
    """Who answers: one of ours, or None for moto."""
    if operation in ON_SERVICES:
        return ON_SERVICES[operation] if ecs_of_region.by_arn(params["resourceArn"]) else None
    return HANDLERS.get(operation)
