"""allowed.py POLICY LOG: which actions of a world's log the policy doesn't allow; prints them, one a line. Those that
need no permission (GetCallerIdentity) are left out."""
import fnmatch
import json
import sys

# Names of IAM where they aren't service:Operation of the API.
NAMES = {"elbv2": "elasticloadbalancing", "ecr": "ecr", "logs": "logs", "events": "events",
         "application-autoscaling": "application-autoscaling", "autoscaling": "autoscaling"}
FREE = {"sts:GetCallerIdentity"}

with open(sys.argv[1]) as file:
    policy = json.load(file)
with open(sys.argv[2]) as file:
    log = json.load(file)
allowed = [action for statement in policy["Statement"] for action in statement["Action"]]
used = set()
for entry in log:
    service, operation = entry["action"].split(":")
    used.add(f"{NAMES.get(service, service)}:{operation}")
for action in sorted(used - FREE):
    if not any(fnmatch.fnmatch(action, pattern) for pattern in allowed):
        print(action)
