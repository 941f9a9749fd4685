"""ECS's services and tasks in simulated seconds. Pure: it moves only in advance(). Its rules are those of the product's notes
on ECS: floor and cap, healthy after 40 s, the circuit breaker, rollback to the last completed deployment, back-off."""
import hashlib
import itertools
import math

PROVISION, PULL, STOP, SETTLE, LB_HEALTHY, LB_FAIL = 8, 6, 3, 40, 15, 60
FAILURES = ("TaskFailedToStart", "EssentialContainerExited", "Unhealthy")


class Task:
    def __init__(self, world, definition, service, deployment):
        self.world, self.definition, self.service, self.deployment = world, definition, service, deployment
        self.id = hashlib.sha256(str(next(world.ids)).encode()).hexdigest()[:32]
        self.born, self.behaviour = world.now, world.behaviour(definition)
        if service is None:
            self.behaviour.update(self.behaviour.pop("alone", {}))
        self.status, self.health, self.target = "PROVISIONING", "UNKNOWN", "initial"
        self.code = self.reason = ""
        self.exit = self.ends_at = self.stopped_at = self.ran_at = None
        self.counted, self.protected_until = False, 0
        self.group, self.started_by, self.overrides, self.tags, self.network = "", "", {}, [], {}
        self.runs_at = self.born + PROVISION + PULL + self.behaviour.get("slow", 0)

    def alive(self):
        return self.status != "STOPPED" and self.ends_at is None

    def in_balancer(self):
        return self.service is not None and self.service.balanced

    def healthy(self):
        if self.status != "RUNNING" or self.ends_at is not None or self.health == "UNHEALTHY":
            return False
        if self.behaviour.get("check") and self.health != "HEALTHY":
            return False
        if self.in_balancer():
            return self.target == "healthy"
        return bool(self.behaviour.get("check")) or self.world.now >= self.runs_at + SETTLE

    def rests(self):
        """Does nothing happen to it any more by itself?"""
        if self.status == "STOPPED":
            return self.counted
        ends = "exit_after" in self.behaviour or any(self.overrides.values())
        return self.healthy() and not ends and self.world.now >= self.runs_at + SETTLE

    def step(self):
        now, does = self.world.now, self.behaviour
        if self.status == "STOPPED":
            return
        if self.ends_at is not None:
            self.status = "DEACTIVATING" if self.target == "draining" else "STOPPING"
            if now >= self.ends_at:
                self.status, self.stopped_at, self.target = "STOPPED", self.ends_at, "unused"
            return
        if does.get("nopull") and now >= self.born + PROVISION + 2:
            return self.end("TaskFailedToStart", "CannotPullContainerError: pull image manifest has been retried 1 "
                            f"time(s): {does['image']}: not found")
        if self.status == "PROVISIONING" and now >= self.born + PROVISION:
            self.status = "PENDING"
        if self.status == "PENDING" and now >= self.runs_at:
            self.status, self.ran_at = "RUNNING", self.runs_at
            self.world.told(self, "started")
        if self.status == "RUNNING":
            self.run()

    def run(self):
        now, does, up = self.world.now, self.behaviour, self.world.now - self.runs_at
        if any(self.overrides.values()) and up >= 5:  # a command of its own: it ends, with 3 if it is called `fails`
            self.exit = 3 if any("fails" in (command or []) for command in self.overrides.values()) else 0
            return self.end("EssentialContainerExited", "Essential container in task exited")
        if "exit_after" in does and up >= does["exit_after"]:
            self.exit = does.get("code", 1)
            self.world.told(self, "ended")
            return self.end("EssentialContainerExited", "Essential container in task exited")
        if does.get("check"):
            if does.get("sick"):
                self.health = "UNHEALTHY" if up >= does["grace"] + does["every"] * does["retries"] else self.health
            elif up >= does["every"]:
                self.health = "HEALTHY"
        if self.in_balancer() and self.target == "initial":
            if not does.get("lbsick") and up >= LB_HEALTHY:
                self.target = "healthy"
            elif does.get("lbsick") and up >= max(LB_FAIL, self.service.grace):
                self.target = "unhealthy"
        return None

    def end(self, code, reason):
        self.code, self.reason, self.status, self.stopped_at, self.target = code, reason, "STOPPED", self.world.now, "unused"

    def stop(self, code, reason):
        if not self.alive():
            return
        if self.service is not None:
            self.service.rests = False
        self.code, self.reason = code, reason
        drains = self.in_balancer() and self.target in ("healthy", "initial") and self.status == "RUNNING"
        if drains:
            self.target = "draining"
        self.ends_at = self.world.now + (self.service.drain if drains else 0) + STOP


class Deployment:
    def __init__(self, world, definition, why, rollback_of=None):
        self.id = f"ecs-svc/{next(world.deployments):019d}"
        self.definition, self.status, self.state = definition, "PRIMARY", "IN_PROGRESS"
        self.reason, self.failed, self.at, self.rollback_of = f"ECS deployment {self.id} {why}.", 0, world.now, rollback_of
        self.groups = []  # the target groups that its tasks are in


class Service:
    def __init__(self, name, cluster, definition, desired):
        self.name, self.cluster, self.definition, self.desired = name, cluster, definition, desired
        self.minimum, self.maximum, self.breaker, self.rollback = 100, 200, False, False
        self.balanced, self.grace, self.drain = False, 0, 300
        self.status, self.deployments, self.events = "ACTIVE", [], []
        self.last_good, self.last_groups, self.backoff, self.next_start = None, [], 0, 0
        self.tasks = []
        self.rests = False  # nothing changes until somebody asks for it: it needs no look each second
        self.given = {}  # what the API was told

    def groups(self):
        return [one["targetGroupArn"] for one in self.given.get("loadBalancers") or []]


class World:
    def __init__(self, behaviour):
        self.now, self.behaviour, self.capacity = 0, behaviour, None
        self.role_refused = lambda definition: ""  # why a task of it can't be started, or ""
        self.told = lambda task, what: None  # what a task's containers write: "started", "ended"
        self.moved = lambda service: None  # it may have changed in this second
        self.ids, self.deployments = itertools.count(1), itertools.count(1)
        self.services, self.single = {}, []  # single: tasks of no service, or of one that has gone

    def event(self, service, text):
        service.events.insert(0, (self.now, f"(service {service.name}) {text}"))

    def deploy(self, service, definition, why="in progress", rollback_of=None):
        for old in service.deployments:
            if old.status == "PRIMARY":
                old.status = "ACTIVE"
        service.deployments.insert(0, Deployment(self, definition, why, rollback_of))
        service.deployments[0].groups = service.last_groups if rollback_of else service.groups()
        service.definition, service.backoff, service.next_start = definition, 0, self.now
        service.rests = False

    def of(self, service):
        return list(service.tasks)

    def advance(self, seconds):
        for _ in range(int(seconds)):
            self.now += 1
            for task in self.single:
                task.step()
            moving = [service for service in self.services.values() if not service.rests]
            for service in moving:
                for task in service.tasks:
                    task.step()
            for service in moving:
                self.schedule(service)
                self.moved(service)
            if self.now % 600 == 0:
                self.forget()

    def forget(self):
        def kept(tasks):
            return [t for t in tasks if t.stopped_at is None or self.now - t.stopped_at < 3600]

        self.single = kept(self.single)
        for service in self.services.values():
            service.tasks = kept(service.tasks)

    @property
    def tasks(self):
        return [task for service in self.services.values() for task in service.tasks] + self.single

    def add(self, key, service):
        """In place of one of the same name, which has gone."""
        if key in self.services:
            self.single += self.services[key].tasks
        self.services[key] = service

    def schedule(self, service):
        if service.status == "INACTIVE":
            service.rests = True
            return
        tasks = self.of(service)
        for task in tasks:
            if task.status == "STOPPED" and not task.counted:
                task.counted = True
                if task.code in FAILURES:
                    self.failed(service, task)
            elif task.alive() and "unhealthy" in (task.health.lower(), task.target):
                what = "container" if task.health == "UNHEALTHY" else "ELB"
                self.event(service, f"(task {task.id}) failed {what} health checks.")
                task.stop("Unhealthy", f"Task failed {what} health checks")
        self.start(service, tasks)
        self.retire(service, tasks)
        self.settle(service)
        alive = len([task for task in service.tasks if task.alive()])
        service.rests = (service.deployments[0].state == "COMPLETED" and alive == service.desired and
                         all(task.rests() for task in service.tasks))

    def start(self, service, tasks):
        primary, wanted = service.deployments[0], service.desired if service.status == "ACTIVE" else 0
        if primary.state == "FAILED" or self.now < service.next_start:
            return
        new = [t for t in tasks if t.alive() and t.deployment is primary]
        old = [t for t in tasks if t.alive() and t.deployment is not primary]
        cap = math.floor(wanted * service.maximum / 100)
        running = len([t for t in tasks if t.status != "STOPPED"])
        count = max(0, min(wanted - len(new), (cap if old else max(cap, wanted)) - running))
        if count and self.capacity is not None:
            free = self.capacity - len([t for t in self.tasks if t.status != "STOPPED"])
            if free < count:
                self.event(service, "was unable to place a task because no container instance met all of its requirements. "
                           "Reason: No Container Instances were found in your cluster.")
                service.next_start = self.now + 30
            count = min(count, max(0, free))
        if count and (refusal := self.role_refused(primary.definition)):
            self.event(service, f"failed to launch a task with (error {refusal}).")
            service.next_start, count = self.now + 30, 0
        started = [Task(self, primary.definition, service, primary) for _ in range(count)]
        service.tasks += started
        if started:
            ids = " ".join(f"(task {t.id})" for t in started)
            self.event(service, f"has started {len(started)} tasks: {ids}.")

    def retire(self, service, tasks):
        primary, wanted = service.deployments[0], service.desired if service.status == "ACTIVE" else 0
        floor = math.ceil(wanted * service.minimum / 100)
        live = [t for t in tasks if t.alive()]
        spare = len([t for t in live if t.healthy()]) - floor
        for task in sorted((t for t in live if t.deployment is not primary), key=lambda t: (t.healthy(), t.born)):
            if task.protected_until > self.now:
                continue
            if task.healthy():
                if spare <= 0:
                    break
                spare -= 1
            task.stop("ServiceSchedulerInitiated", f"Scaling activity initiated by (deployment {primary.id})")
            self.event(service, f"has stopped 1 running tasks: (task {task.id}).")
        new = sorted((t for t in live if t.deployment is primary), key=lambda t: (t.healthy(), -t.born))
        for task in new[:max(0, len(new) - wanted)]:
            task.stop("ServiceSchedulerInitiated", "Scaling activity initiated by user")

    def settle(self, service):
        tasks = [t for t in self.of(service) if t.status != "STOPPED"]
        primary = service.deployments[0]
        if service.status == "DRAINING" and not tasks:
            service.status = "INACTIVE"
            return
        healthy = [t for t in tasks if t.deployment is primary and t.healthy()]
        others = [t for t in tasks if t.deployment is not primary]
        if primary.state == "IN_PROGRESS" and len(healthy) >= service.desired and not others:
            primary.state, primary.reason = "COMPLETED", f"ECS deployment {primary.id} completed."
            service.last_good, service.last_groups, service.deployments = primary.definition, primary.groups, [primary]
            self.event(service, f"(deployment {primary.id}) deployment completed.")
            self.event(service, "has reached a steady state.")

    def failed(self, service, task):
        deployment = task.deployment
        if not service.deployments or deployment is not service.deployments[0] or deployment.state != "IN_PROGRESS":
            return
        deployment.failed += 1
        if task.ran_at is None:  # what never ran is started more and more slowly; what crashes isn't
            service.backoff = min(27 * 60, max(10, service.backoff * 2)) if deployment.failed > 2 else 0
            service.next_start = self.now + service.backoff
            if service.backoff:
                self.event(service, "is unable to consistently start tasks successfully.")
        if not service.breaker or deployment.failed < max(3, min(200, math.ceil(service.desired * 0.5))):
            return
        deployment.state, deployment.reason = "FAILED", "ECS deployment circuit breaker: tasks failed to start."
        self.event(service, f"(deployment {deployment.id}) deployment failed: tasks failed to start.")
        for other in self.of(service):
            if other.deployment is deployment:
                other.stop("ServiceSchedulerInitiated", "Deployment failed")
        if service.rollback and service.last_good and service.last_good != deployment.definition:
            self.event(service, f"rolling back to deployment of {service.last_good}.")
            self.deploy(service, service.last_good, "rollback in progress", deployment.id)
