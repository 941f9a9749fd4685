"""What goes wrong, as POST /world/faults was told: {"throttle": 30, "error": 10, "lose": 5, "seed": 1} in percent,
"only": "ecs:CreateService", "times": so often at most, "deny": ["ecs:CreateCluster"], "kill": {"after": 3, "pid": 4711}; in seconds "invisible":
what EC2 and IAM made isn't known before, "dead_roles": nobody can take a role before; "quota": ["ec2:CreateVpc"],
"cut": percent of answers that break off, "drip": seconds that each answer takes to come, piece by piece,
"html": true: a proxy's page instead of each answer,
"shuffle": true: lists whose order AWS doesn't promise come in another order each time,
"refuse": {"code": "ExpiredToken", "message": "…", "status": 403}: all is refused in these words."""
import json
import os
import random
import re
import signal
import time
import xml.etree.ElementTree as ElementTree

READS = ("Describe", "List", "Get", "BatchGet", "BatchCheck")


NOT_FOUND = {"vpc": "InvalidVpcID.NotFound", "subnet": "InvalidSubnetID.NotFound", "igw": "InvalidInternetGatewayID.NotFound",
             "rtb": "InvalidRouteTableID.NotFound", "sg": "InvalidGroup.NotFound", "nat": "NatGatewayNotFound",
             "eipalloc": "InvalidAllocationID.NotFound", "lt": "InvalidLaunchTemplateId.NotFound"}
TAKE_ROLES = {"ecs:RegisterTaskDefinition": ("ClientException", "Role is not valid", 400),
              "ecs:CreateService": ("InvalidParameterException", "ECS was unable to assume the role.", 400),
              "scheduler:CreateSchedule": ("ValidationException", "The execution role you provide must allow AWS EventBridge "
                                           "Scheduler to assume the role.", 400),
              "ecs:RunTask": ("ClientException", "ECS was unable to assume the role.", 400),
              "autoscaling:CreateAutoScalingGroup": ("ValidationError", "Invalid IamInstanceProfile", 400)}


# Lists in which the order means something; of events the newest is the first.
ORDERED = ("command", "entryPoint", "placementStrategy", "events")


def reads(operation):
    return operation.startswith(READS)


class Faults:
    def __init__(self):
        self.set({})

    def set(self, settings):
        self.settings, self.random, self.changes = settings, random.Random(settings.get("seed", 1)), 0
        self.made_at, self.roles_live_at, self.left = {}, 0, settings.get("times", float("inf"))

    def _hits(self, name, action):
        only = self.settings.get("only")
        hit = (not only or only == action) and self.left > 0 and self.random.random() * 100 < self.settings.get(name, 0)
        self.left -= hit
        return hit

    def before(self, action, now=0, params=""):
        """→ (code, message, status) instead of doing it, or None."""
        service, _, operation = action.partition(":")
        if said := self.settings.get("refuse"):
            return said["code"], said["message"], said.get("status", 403)
        if action in self.settings.get("quota", []):
            return ("VpcLimitExceeded", "The maximum number of VPCs has been reached.", 400)
        if "allow" in self.settings and action not in self.settings["allow"]:
            return ("AccessDeniedException", f"User: arn:aws:iam::123456789012:user/test is not authorized to perform: {action}", 400)
        if now < self.roles_live_at and action in TAKE_ROLES:
            return TAKE_ROLES[action]
        hidden = self.hidden(now)
        unseen = [one for one in hidden if one in params]
        if unseen and not reads(operation):
            return ("NoSuchEntity", f"{unseen[0]} cannot be found.", 404) if service == "iam" else \
                (NOT_FOUND[unseen[0].split("-")[0]], f"The ID '{unseen[0]}' does not exist", 400)
        if action in self.settings.get("deny", []):
            return ("AccessDeniedException", f"User: arn:aws:iam::123456789012:user/test is not authorized to perform: {action} "
                    "on resource: * because no identity-based policy allows the action", 400)
        if self._hits("throttle", action):
            return ("ThrottlingException", "Rate exceeded", 400)
        if self._hits("error", action):
            return ("InternalFailure", "The request processing has failed because of an unknown error", 500)
        return None

    def hidden(self, now):
        return [one for one, at in self.made_at.items() if now < at + self.settings.get("invisible", 0)]

    def changed(self, action, now, params, body):
        """The answer's body as it is to be seen, after what was done."""
        service, _, operation = action.partition(":")
        if operation == "CreateRole":
            self.roles_live_at = now + self.settings.get("dead_roles", 0)
        if self.settings.get("shuffle") and reads(operation):
            body = self.shuffled(body)
        if not self.settings.get("invisible") or service not in ("ec2", "iam"):
            return body
        text = body.decode(errors="replace")
        if operation.startswith(("Create", "Allocate")) and operation != "CreateTags":
            pattern = r"<(?:RoleName|InstanceProfileName)>([^<]+)<" if service == "iam" else \
                r"\b((?:vpc|subnet|igw|rtb|sg|nat|eipalloc|lt)-[0-9a-f]{8,})\b"
            new = [one for one in re.findall(pattern, text) if f"'{one}'" not in params or service == "iam"]
            for one in new[:1]:
                self.made_at[one] = now
        hidden = self.hidden(now)
        if not reads(operation) or not any(one in text for one in hidden):
            return body
        if service == "iam":
            return None
        root = ElementTree.fromstring(text)
        ElementTree.register_namespace("", root.tag[1:].partition("}")[0])
        for parent in list(root.iter()):
            for child in list(parent):
                inside = "".join(t for t in child.itertext())
                if child.tag.endswith("}item") and any(one in inside for one in hidden):
                    parent.remove(child)
        return ElementTree.tostring(root)

    def shuffled(self, body):
        text = body.decode(errors="replace")
        if text.startswith("{"):
            return json.dumps(self.shuffled_json(json.loads(text))).encode()
        if not text.lstrip().startswith("<"):
            return body
        root = ElementTree.fromstring(text)
        ElementTree.register_namespace("", root.tag[1:].partition("}")[0])
        for parent in root.iter():
            inside = list(parent)
            if len(inside) > 1 and all(one.tag.rpartition("}")[2] in ("item", "member") for one in inside):
                self.random.shuffle(inside)
                parent[:] = inside
        return ElementTree.tostring(root)

    def shuffled_json(self, value, name=""):
        if isinstance(value, dict):
            return {key: self.shuffled_json(inside, key) for key, inside in value.items()}
        if not isinstance(value, list):
            return value
        out = [self.shuffled_json(one) for one in value]
        if name not in ORDERED:
            self.random.shuffle(out)
        return out

    def cuts(self, action):
        """→ True if the answer breaks off in its middle."""
        return self._hits("cut", action)

    def dripped(self, body):
        """The answer's body in small pieces."""
        pieces = 20
        size = len(body) // pieces + 1
        for start in range(0, len(body), size):
            time.sleep(self.settings.get("drip", 0) / pieces)
            yield body[start:start + size]

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
