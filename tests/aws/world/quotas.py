"""Service Quotas: of the VPC's moto knows the values. Those that were never raised some services have as a default only."""
from ecs_api import Refused

DEFAULTS = {("ec2", "L-0263D0A3"): 5, ("ec2", "L-1216C47A"): 32, ("ecs", "L-21C621EB"): 10000, ("ecs", "L-9EF96962"): 5000,
            ("eks", "L-1194D53C"): 100, ("eks", "L-6D54EA21"): 30, ("elasticloadbalancing", "L-53DA6B97"): 50,
            ("elasticloadbalancing", "L-69A177A2"): 50, ("elasticloadbalancing", "L-B22855CB"): 3000,
            ("elasticloadbalancing", "L-B6DF7632"): 50, ("elasticloadbalancing", "L-57A373D6"): 50,
            ("elasticloadbalancing", "L-7EED9B64"): 100, ("fargate", "L-3032A538"): 6, ("fargate", "L-36FBB829"): 6}
ONLY_AS_DEFAULT = ("ecs", "elasticloadbalancing")
raised = {}  # by POST /world/quotas: values by code


def quota(code, value):
    return {"Quota": {"QuotaCode": code, "Value": float(value), "Adjustable": True}}


def own(_, params):
    service, code = params["ServiceCode"], params["QuotaCode"]
    if code in raised:
        return quota(code, raised[code])
    if service == "vpc":
        return None
    if service in ONLY_AS_DEFAULT or (service, code) not in DEFAULTS:
        raise Refused("NoSuchResourceException", "The request failed because the specified service does not exist.")
    return quota(code, DEFAULTS[service, code])


def default(_, params):
    which = params["ServiceCode"], params["QuotaCode"]
    if which not in DEFAULTS:
        raise Refused("NoSuchResourceException", "The request failed because the specified service does not exist.")
    return quota(which[1], DEFAULTS[which])


def handler_of(operation):
    return {"GetServiceQuota": own, "GetAWSDefaultServiceQuota": default}.get(operation)
