"""remove_network.py: somebody removes what is left of the VPC 10.0.0.0/16, with all that is in it."""
import boto3

ec2, elb = boto3.client("ec2"), boto3.client("elbv2")

for vpc in ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"]:
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    for balancer in elb.describe_load_balancers()["LoadBalancers"]:
        if balancer["VpcId"] == vpc["VpcId"]:
            elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    for table in ec2.describe_route_tables(Filters=inside)["RouteTables"]:
        for association in table["Associations"]:
            if not association["Main"]:
                ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
        if not any(association["Main"] for association in table["Associations"]):
            ec2.delete_route_table(RouteTableId=table["RouteTableId"])
    for interface in ec2.describe_network_interfaces(Filters=inside)["NetworkInterfaces"]:
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    for subnet in ec2.describe_subnets(Filters=inside)["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    for gateway in ec2.describe_internet_gateways()["InternetGateways"]:
        if any(one["VpcId"] == vpc["VpcId"] for one in gateway["Attachments"]):
            ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc["VpcId"])
            ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
    for group in ec2.describe_security_groups(Filters=inside)["SecurityGroups"]:
        if group["GroupName"] != "default":
            ec2.delete_security_group(GroupId=group["GroupId"])
    ec2.delete_vpc(VpcId=vpc["VpcId"])
