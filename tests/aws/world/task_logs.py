"""What containers write, in CloudWatch Logs: the driver makes a stream PREFIX/CONTAINER/TASK with the first line. A command that
was given to a run is echoed."""
import time

from moto.core import DEFAULT_ACCOUNT_ID
from moto.logs.models import logs_backends


def lines_of(definition, task, what):
    command = task.overrides.get(definition["name"])
    if command:
        return ["ran: " + " ".join(command)] if what == "started" else []
    if what == "ended":
        return [f"panic: out of order (exit {task.exit})"] if task.exit else ["done"]
    return [f"{definition['image']} starts", "ready"]


def write(region, definitions, task, what):
    backend = logs_backends[DEFAULT_ACCOUNT_ID][region]
    for definition in definitions:
        options = definition.get("logConfiguration", {}).get("options", {})
        group = backend.groups.get(options.get("awslogs-group"))
        if group is None:
            continue
        name = f"{options.get('awslogs-stream-prefix')}/{definition['name']}/{task.id}"
        if name not in group.streams:
            group.create_log_stream(name)
        now = int(time.time() * 1000)
        group.put_log_events(name, [{"timestamp": now, "message": line} for line in lines_of(definition, task, what)])
