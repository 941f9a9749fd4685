"""EKS where moto lacks it or answers otherwise than AWS does, and who a caller is by a token of EKS. With a real API server
(`WORLD_KUBERNETES` is the folder of tests/kubernetes/world) a cluster leads to that one."""
import base64
import datetime
import json
import os
import pathlib
import urllib.parse

import botocore.auth
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.core.responses import ActionResult
from moto.eks import urls
from moto.eks.exceptions import InvalidParameterException, ResourceInUseException
from moto.eks.models import Cluster, EKSBackend
from moto.eks.responses import EKSResponse

PREFIX = "k8s-aws-v1."
LONGEST_LIFE = 900  # seconds that EKS takes a token for


def real_cluster():
    """Endpoint and certificate of the API server behind this world, if there is one."""
    folder = os.environ.get("WORLD_KUBERNETES")
    if not folder:
        return None
    config = json.loads((pathlib.Path(folder) / "kubeconfig").read_text())
    return config["clusters"][0]["cluster"]["server"], (pathlib.Path(folder) / "ca.crt").read_bytes()


def correct_eks():
    make_cluster = Cluster.__init__

    def init(self, *arguments, **named):
        make_cluster(self, *arguments, **named)
        endpoint, authority = real_cluster() or (self.endpoint, b"-----BEGIN CERTIFICATE-----\n")
        self.endpoint = endpoint
        self.certificate_authority = {"data": base64.b64encode(authority).decode()}
        self.nodegroups_ever = 0

    def parts_of(self):
        for cluster in self.clusters.values():
            yield cluster.arn, cluster
            for group in cluster.nodegroups.values():
                yield group.arn, group
            for profile in cluster.fargate_profiles.values():
                yield profile.fargate_profile_arn, profile

    def tag_resource(self, resource_arn, tags):
        dict(parts_of(self))[resource_arn].tags.update(tags)

    # The same token twice is the same request.
    def idempotent(create, of):
        def call(self, **named):
            there = of(self, named)
            token = named.get("client_request_token")
            if there is not None and token and there.client_request_token == token:
                return there
            return create(self, **named)
        return call

    def cluster_named(self, named):
        return self.clusters.get(named["name"])

    def part_named(parts, name):
        return lambda self, named: getattr(self.clusters.get(named["cluster_name"]), parts, {}).get(named[name])

    delete = EKSBackend.delete_cluster

    def delete_cluster(self, name):
        cluster = self.clusters.get(name)
        if cluster and cluster.fargate_profiles:
            raise ResourceInUseException(clusterName=name, nodegroupName=None, addonName=None,
                                         message="Cluster has Fargate profiles attached")
        return delete(self, name)

    def update_cluster_version(self):
        cluster = self.eks_backend.describe_cluster(name=self._get_param("name"))
        wanted = self._get_param("version")
        if int(wanted.split(".")[1]) != int(cluster.version.split(".")[1]) + 1:
            raise InvalidParameterException(f"Unsupported Kubernetes minor version update from {cluster.version} to {wanted}")
        cluster.version = wanted
        return ActionResult({"update": {"id": "u", "status": "InProgress", "type": "VersionUpdate"}})

    def update_nodegroup_version(self):
        cluster = self.eks_backend.describe_cluster(name=self._get_param("name"))
        group = cluster.nodegroups[self._get_param("nodegroupName")]
        group.version = self._get_param("version") or cluster.version
        return ActionResult({"update": {"id": "u", "status": "InProgress", "type": "VersionUpdate"}})

    Cluster.__init__ = init
    EKSBackend.tag_resource = tag_resource
    EKSBackend.delete_cluster = delete_cluster
    EKSBackend.create_cluster = idempotent(EKSBackend.create_cluster, cluster_named)
    EKSBackend.create_nodegroup = idempotent(EKSBackend.create_nodegroup, part_named("nodegroups", "nodegroup_name"))
    EKSBackend.create_fargate_profile = idempotent(EKSBackend.create_fargate_profile,
                                                   part_named("fargate_profiles", "fargate_profile_name"))
    EKSResponse.update_cluster_version = update_cluster_version
    EKSResponse.update_nodegroup_version = update_nodegroup_version
    urls.url_paths["{0}/clusters/(?P<name>[^/]+)/updates$"] = EKSResponse.dispatch
    urls.url_paths["{0}/clusters/(?P<name>[^/]+)/node-groups/(?P<nodegroupName>[^/]+)/update-version$"] = EKSResponse.dispatch


def signature_of(url, query, cluster, secret, when):
    request = AWSRequest("GET", f"{url.scheme}://{url.netloc}{url.path}?Action=GetCallerIdentity&Version=2011-06-15",
                         headers={"x-k8s-aws-id": cluster})
    key, _, region, service, _ = query["X-Amz-Credential"].split("/")
    auth = SigV4QueryAuth(Credentials(key, secret), service, region, expires=int(query["X-Amz-Expires"]))
    clock = botocore.auth.get_current_datetime
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: when
    try:
        auth.add_auth(request)
    finally:
        botocore.auth.get_current_datetime = clock
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request.url).query))["X-Amz-Signature"]


def who(token, clusters, secrets, life):
    """The access key behind a token of one of these clusters; ValueError says why it is no good."""
    if not token.startswith(PREFIX):
        raise ValueError("it doesn't begin with " + PREFIX)
    text = token[len(PREFIX):]
    url = urllib.parse.urlsplit(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    query = dict(urllib.parse.parse_qsl(url.query))
    if query.get("Action") != "GetCallerIdentity":
        raise ValueError("it asks for another action")
    if "x-k8s-aws-id" not in query["X-Amz-SignedHeaders"].split(";"):
        raise ValueError("it names no cluster")
    when = datetime.datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
    if abs((datetime.datetime.utcnow() - when).total_seconds()) > life:
        raise ValueError("it has expired")
    key = query["X-Amz-Credential"].split("/")[0]
    if key not in secrets:
        raise ValueError("nobody has this access key")
    for cluster in clusters:
        if signature_of(url, query, cluster, secrets[key], when) == query["X-Amz-Signature"]:
            return key
    raise ValueError("the signature is not that of a caller of this cluster")


class TokenReviews:
    """What the API server asks about tokens."""

    def __init__(self, secrets):
        self.secrets, self.life, self.asked = secrets, LONGEST_LIFE, []

    def answer(self, review, clusters):
        try:
            key = who(review["spec"]["token"], clusters, self.secrets, self.life)
            status = {"authenticated": True, "user": {"username": key, "groups": ["system:masters"]}}
        except ValueError as error:
            status = {"authenticated": False, "error": str(error)}
        self.asked.append(status.get("error", "ok"))
        return {"apiVersion": review["apiVersion"], "kind": "TokenReview", "status": status}
