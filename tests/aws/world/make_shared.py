"""make_shared.py: what somebody else has made in the account, with names by which a stack refers to it: the VPC `edge`
with public and private subnets in two zones, the cluster `legacy`, the repository `team/web` with an image `v1`, the
secret `team/db`, the load balancer `edge` with a listener on port 80 that has a rule already, and the service `hello` behind it. `make_shared.py --like edge`
makes another VPC of that name, `make_shared.py --push CONTENT` another image `v1`."""
import hashlib
import json
import sys

import boto3

ec2, ecs, elb, ecr = (boto3.client(name) for name in ("ec2", "ecs", "elbv2", "ecr"))


def named(kind, name):
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def make_vpc(name):
    return ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=named("vpc", name))["Vpc"]["VpcId"]


def make_network():
    vpc = make_vpc("edge")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    subnets = {}
    for number, name in enumerate(("public-a", "public-b", "app-a", "app-b")):
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone="eu-west-1" + name[-1],
                                 TagSpecifications=named("subnet", "edge-" + name))
        subnets[name] = made["Subnet"]["SubnetId"]
        if name.startswith("public"):
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[name])
    return vpc, subnets


def make_front(vpc, subnets):
    front = elb.create_load_balancer(Name="edge", Subnets=[subnets["public-a"], subnets["public-b"]])
    arn = front["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name="hello", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
    group = group["TargetGroups"][0]["TargetGroupArn"]
    nothing = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"}}]
    listener = elb.create_listener(LoadBalancerArn=arn, Port=80, Protocol="HTTP", DefaultActions=nothing)
    elb.create_rule(ListenerArn=listener["Listeners"][0]["ListenerArn"], Priority=10,
                    Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/hello"]}}],
                    Actions=[{"Type": "forward", "TargetGroupArn": group}])
    return group


def push_image(content):
    docker = "application/vnd.docker.distribution.manifest.v2+json"
    config = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": len(content),
              "digest": "sha256:" + hashlib.sha256(content.encode()).hexdigest()}
    manifest = {"schemaVersion": 2, "mediaType": docker, "config": config, "layers": []}
    text = json.dumps(manifest)
    ecr.put_image(repositoryName="team/web", imageTag="v1", imageManifest=text,
                  imageDigest="sha256:" + hashlib.sha256(text.encode()).hexdigest())


def make_service(group, subnets):
    ecs.create_cluster(clusterName="legacy")
    container = {"name": "hello", "image": "example.com/hello:1", "portMappings": [{"containerPort": 80}]}
    ecs.register_task_definition(family="hello", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256",
                                 memory="512", containerDefinitions=[container])
    network = {"awsvpcConfiguration": {"subnets": [subnets["app-a"]]}}
    ecs.create_service(cluster="legacy", serviceName="hello", taskDefinition="hello", desiredCount=1,
                       launchType="FARGATE", networkConfiguration=network,
                       loadBalancers=[{"targetGroupArn": group, "containerName": "hello", "containerPort": 80}])


if sys.argv[1:2] == ["--like"]:
    make_vpc(sys.argv[2])
elif sys.argv[1:2] == ["--push"]:
    push_image(sys.argv[2])
else:
    made_vpc, made_subnets = make_network()
    ecr.create_repository(repositoryName="team/web")
    push_image("first")
    boto3.client("secretsmanager").create_secret(Name="team/db", SecretString="hunter2")
    make_service(make_front(made_vpc, made_subnets), made_subnets)
