"""make_services.py CLUSTER COUNT: a cluster with so many services as somebody has made them: the first ones run the newest
revision of the family `app`, every seventh that of `worker`, whose password stands in clear."""
import sys

import boto3

cluster, count = sys.argv[1], int(sys.argv[2])
ecs = boto3.client("ecs")
arn = ecs.create_cluster(clusterName=cluster)["cluster"]["clusterArn"]
ecs.register_task_definition(
    family="app", networkMode="bridge", tags=[{"key": "team", "value": "shop"}],
    containerDefinitions=[{"name": "app", "image": "example.com/app:1", "memory": 128, "essential": True,
                           "portMappings": [{"containerPort": 8080, "hostPort": 0}],
                           "secrets": [{"name": "TOKEN", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/token"}]}])
ecs.register_task_definition(
    family="worker", networkMode="bridge", volumes=[{"name": "scratch"}],
    containerDefinitions=[{"name": "worker", "image": "example.com/worker:3", "memory": 64, "essential": True,
                           "environment": [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "LEVEL", "value": "info"}],
                           "mountPoints": [{"sourceVolume": "scratch", "containerPath": "/tmp/scratch"}]}])
for number in range(count):
    ecs.create_service(cluster=arn, serviceName=f"app-{number:02}", launchType="EC2", desiredCount=1 + number % 3,
                       taskDefinition="worker" if number % 7 == 6 else "app",
                       tags=[{"key": "number", "value": str(number)}])
