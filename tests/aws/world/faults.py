"""What goes wrong, as POST /world/faults was told: {"throttle": 30, "error": 10, "lose": 5, "seed": 1} in percent,
"only": "ecs:CreateService", "deny": ["ecs:CreateCluster"], "kill": {"after": 3, "pid": 4711}."""
import os
import random
import signal

READS = ("Describe", "List", "Get", "BatchGet", "BatchCheck")


def reads(operation):
    return operation.startswith(READS)


class Faults:
    def __init__(self):
        self.set({})

    def set(self, settings):
        self.settings, self.random, self.changes = settings, random.Random(settings.get("seed", 1)), 0

    def _hits(self, name, action):
        only = self.settings.get("only")
        return (not only or only == action) and self.random.random() * 100 < self.settings.get(name, 0)

    def before(self, action):
        """→ (code, message, status) instead of doing it, or None."""
        if action in self.settings.get("deny", []):
            return ("AccessDeniedException", f"User: arn:aws:iam::123456789012:user/test is not authorized to perform: {action} "
                    "on resource: * because no identity-based policy allows the action", 400)
        if self._hits("throttle", action):
            return ("ThrottlingException", "Rate exceeded", 400)
        if self._hits("error", action):
            return ("InternalFailure", "The request processing has failed because of an unknown error", 500)
        return None

    def after(self, action):
        """→ True if the answer is lost. Kills whoever it was that asked, if that was wished."""
        operation = action.partition(":")[2]
        if not reads(operation):
            self.changes += 1
            kill = self.settings.get("kill")
            if kill and self.changes == kill["after"]:
                os.kill(kill["pid"], signal.SIGKILL)
                return True
        return self._hits("lose", action)
