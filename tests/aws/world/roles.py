"""Whether a role can be taken: it exists, and its trust policy lets a service take it."""
import json

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends

REFUSAL = ("ECS was unable to assume the role '{}' that was provided for this task. Please verify that the role being passed has "
           "the proper trust relationship and permissions and that your IAM user has permissions to pass this role.")


def role_of(arn):
    roles = iam_backends[DEFAULT_ACCOUNT_ID]["aws"].roles.values()
    return next((one for one in roles if one.arn == arn), None)


def exists(arn):
    return role_of(arn) is not None


def refusal(arns, service="ecs-tasks.amazonaws.com"):
    """Why ECS doesn't take one of these roles, or ""."""
    for arn in filter(None, arns):
        role = role_of(arn)
        trust = json.loads(role.assume_role_policy_document) if role else {"Statement": []}
        if service not in json.dumps([one["Principal"] for one in trust["Statement"] if one["Effect"] == "Allow"]):
            return REFUSAL.format(arn)
    return ""
