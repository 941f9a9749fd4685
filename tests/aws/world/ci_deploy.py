"""ci_deploy.py CLUSTER SERVICE IMAGE: what a CI job does (aws-actions/amazon-ecs-deploy-task-definition): registers the
service's task definition with another image for its first container, as user ci, and lets the service run it."""
import sys

import boto3

NOT_FOR_REGISTER = ("taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities", "registeredAt",
                    "registeredBy")

cluster, service, image = sys.argv[1:]
ecs = boto3.client("ecs", aws_access_key_id="AKIDCI", aws_secret_access_key="ci/secret+key")
now = ecs.describe_services(cluster=cluster, services=[service])["services"][0]["taskDefinition"]
definition = ecs.describe_task_definition(taskDefinition=now)["taskDefinition"]
definition["containerDefinitions"][0]["image"] = image
made = ecs.register_task_definition(**{k: v for k, v in definition.items() if k not in NOT_FOR_REGISTER})
arn = made["taskDefinition"]["taskDefinitionArn"]
ecs.update_service(cluster=cluster, service=service, taskDefinition=arn)
print(arn.rpartition("/")[2])
