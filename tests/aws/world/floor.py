"""How many copies of a service the requests reached at the least, since somebody began to look."""


class Floor:
    """`balancers`: moto's of a region."""

    def __init__(self, balancers):
        self.balancers, self.least = balancers, {}

    def begin(self, name):
        """→ the least since the last begin, or None."""
        out = self.least.get(name)
        self.least[name] = None
        return out

    def look_at(self, service):
        if service.name in self.least:
            now, before = self.reached(service), self.least[service.name]
            self.least[service.name] = now if before is None else min(now, before)

    def reached(self, service):
        """The copies that serve in groups with traffic: none, if one of these groups has none."""
        out = 0
        for group in self.with_traffic(service):
            here = [t for t in service.tasks if t.deployment.groups.count(group) and t.target == "healthy" and t.alive()]
            if not here:
                return 0
            out += len(here)
        return out

    def with_traffic(self, service):
        groups = {group for deployment in service.deployments for group in deployment.groups} | set(service.last_groups)
        groups |= {group for task in service.tasks for group in task.deployment.groups}
        out = set()
        for balancer in self.balancers.load_balancers.values():
            for listener in balancer.listeners.values():
                for rule in listener.rules.values():
                    for action in rule.actions:
                        out |= shares(action.data) & groups
                for action in listener.default_actions:
                    out |= shares(action.data) & groups
        return out


def shares(action):
    """The target groups to which an action sends something."""
    weighted = action.get("ForwardConfig", {}).get("TargetGroups", [])
    if weighted:
        return {one["TargetGroupArn"] for one in weighted if int(one.get("Weight", 1)) > 0}
    return {action["TargetGroupArn"]} if action.get("TargetGroupArn") else set()
