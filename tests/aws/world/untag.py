"""untag.py < IDS: takes the tags of infra from the objects with these ARNs, one a line: they are as if somebody had made
them by hand."""
import sys

import boto3

OURS = [f"infra.{name}" for name in ("stack", "lineage", "address", "token", "spec", "type")]
client = boto3.client


def untag(arn):
    service, resource = arn.split(":", 6)[2], arn.split(":", 5)[5]
    if service == "ec2":
        client("ec2").delete_tags(Resources=[resource.rpartition("/")[2]], Tags=[{"Key": key} for key in OURS])
    elif service == "ecs" and not resource.endswith("/capacity"):
        client("ecs").untag_resource(resourceArn=arn, tagKeys=OURS)
    elif service == "elasticloadbalancing":
        client("elbv2").remove_tags(ResourceArns=[arn], TagKeys=OURS)
    elif service == "iam":
        client("iam").untag_role(RoleName=resource.rpartition("/")[2], TagKeys=OURS)
    elif service == "logs":
        client("logs").untag_resource(resourceArn=arn, tagKeys=OURS)
    elif service == "ecr":
        client("ecr").untag_resource(resourceArn=arn, tagKeys=OURS)
    elif service == "secretsmanager":
        client("secretsmanager").untag_resource(SecretId=arn, TagKeys=OURS)


for line in sys.stdin:
    untag(line.strip())
