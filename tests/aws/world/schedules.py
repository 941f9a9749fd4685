"""What EventBridge Scheduler does when the time of a schedule has come: RunTask, in the words of its target."""
from moto.core import DEFAULT_ACCOUNT_ID
from moto.scheduler.models import scheduler_backends


def run_schedule(ours, region, group_prefix):
    """Runs the schedules of the groups whose names begin so."""
    groups = scheduler_backends[DEFAULT_ACCOUNT_ID][region].schedule_groups
    arns = []
    for name, group in groups.items():
        for schedule in group.schedules.values() if name.startswith(group_prefix) else []:
            if schedule.state != "ENABLED":
                continue
            target = schedule.target["EcsParameters"]
            definition = ours.moto.describe_task_definition(target["TaskDefinitionArn"])
            tags = definition.tags if target.get("PropagateTags") == "TASK_DEFINITION" else []
            ran = ours.run_task({"cluster": schedule.target["Arn"], "taskDefinition": target["TaskDefinitionArn"],
                                 "startedBy": f"chronos-schedule/{schedule.name}", "group": target.get("Group", ""),
                                 "tags": tags or []})
            arns += [task["taskArn"] for task in ran["tasks"]]
    return {"tasks": arns}
