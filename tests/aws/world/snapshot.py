"""All that a stack may leave in an account, as lists of names: to compare before and after."""
import images
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.acm.models import acm_backends
from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.ecr.models import ecr_backends
from moto.ecs.models import ecs_backends
from moto.eks.models import eks_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.logs.models import logs_backends
from moto.scheduler.models import scheduler_backends
from moto.secretsmanager.models import secretsmanager_backends


def snapshot(region, ours):
    repositories = ecr_backends[ACCOUNT][region].repositories
    ec2, ecs = ec2_backends[ACCOUNT][region], ecs_backends[ACCOUNT][region]
    eks = eks_backends[ACCOUNT][region].clusters
    iam, elb = iam_backends[ACCOUNT]["aws"], elbv2_backends[ACCOUNT][region]
    out = {
        "vpcs": ec2.vpcs, "subnets": [s for zone in ec2.subnets.values() for s in zone],
        "internet gateways": ec2.internet_gateways, "route tables": ec2.route_tables,
        "security groups": [g for groups in ec2.groups.values() for g in groups], "addresses": [a.allocation_id for a in ec2.describe_addresses()],
        "NAT gateways": [i for i, n in ec2.nat_gateways.items() if n.state != "deleted"],
        "launch templates": ec2.launch_templates,
        "instances": [i.id for i in ec2.all_instances() if i.state != "terminated"],
        "clusters": [n for n, c in ecs.clusters.items() if c.status == "ACTIVE"],
        "capacity providers": [n for n, c in ecs.capacity_providers.items() if c.status == "ACTIVE"],
        "task definitions": [f"{f}:{r}" for f, revisions in ecs.task_definitions.items() for r, t in revisions.items()
                             if t.status == "ACTIVE"],
        "services": [name for (_, name), s in ours.world.services.items() if s.status != "INACTIVE"],
        "tasks": [t.id for t in ours.world.tasks if t.status != "STOPPED"],
        "roles": [r.name for r in iam.roles.values()], "instance profiles": iam.instance_profiles,
        "EKS clusters": eks, "node groups": [g for c in eks.values() for g in c.nodegroups],
        "Fargate profiles": [p for c in eks.values() for p in c.fargate_profiles],
        "log groups": logs_backends[ACCOUNT][region].groups, "repositories": repositories,
        "images": [f"{name}:{tag}" for name in repositories for tag, _ in images.tags_of(name)] if images.ENDPOINT else [],
        "certificates": acm_backends[ACCOUNT][region]._certificates,
        "load balancers": elb.load_balancers, "target groups": elb.target_groups,
        "secrets": [s.name for s in secretsmanager_backends[ACCOUNT][region].secrets.values() if s.deleted_date is None],
        "schedule groups": [n for n in scheduler_backends[ACCOUNT][region].schedule_groups if n != "default"],
        "auto scaling groups": autoscaling_backends[ACCOUNT][region].autoscaling_groups,
        "scalable targets": [t for targets in applicationautoscaling_backends[ACCOUNT][region].targets.values() for t in targets],
    }
    return {name: sorted(map(str, things)) for name, things in out.items()}
