"""Images of ECR that lie in a registry which engines can really push to: WORLD_REGISTRY is its HOST:PORT. Repositories
stay moto's."""
import hashlib
import json
import os
import urllib.error
import urllib.request

from ecs_api import Refused
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ecr.models import Repository, ecr_backends

TYPES = ("application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json",
         "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
ENDPOINT = os.environ.get("WORLD_REGISTRY", "")


def ask(method, path, body=None, kind=None):
    """→ (body, headers), or None if it isn't there."""
    headers = {"Content-Type": kind} if kind else {"Accept": ", ".join(TYPES)}
    request = urllib.request.Request(f"http://{ENDPOINT}/v2/{path}", data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def repository_of(region, params):
    found = ecr_backends[DEFAULT_ACCOUNT_ID][region].repositories.get(params["repositoryName"])
    if found is None:
        raise Refused("RepositoryNotFoundException", f"The repository with name '{params['repositoryName']}' does not exist")
    return found


def manifest(name, reference):
    found = ask("GET", f"{name}/manifests/{reference}")
    if not found:
        return None
    body, headers = found
    return {"digest": "sha256:" + hashlib.sha256(body).hexdigest(), "text": body.decode(), "kind": headers["Content-Type"]}


def shown(name, found, tag=None):
    one = {"imageId": {"imageDigest": found["digest"]}, "imageManifest": found["text"], "repositoryName": name,
           "registryId": DEFAULT_ACCOUNT_ID, "imageManifestMediaType": found["kind"]}
    if tag:
        one["imageId"]["imageTag"] = tag
    return one


def tags_of(name):
    found = ask("GET", f"{name}/tags/list")
    tags = (json.loads(found[0]).get("tags") or []) if found else []
    return [(tag, one) for tag in tags if (one := manifest(name, tag))]


def batch_get(region, params):
    name, images, failures = repository_of(region, params).name, [], []
    for wanted in params["imageIds"]:
        found = manifest(name, wanted.get("imageDigest") or wanted["imageTag"])
        if found:
            images.append(shown(name, found, wanted.get("imageTag")))
        else:
            failures.append({"imageId": wanted, "failureCode": "ImageNotFound", "failureReason": "Requested image not found"})
    return {"images": images, "failures": failures}


def put(region, params):
    repository, tag, text = repository_of(region, params), params["imageTag"], params["imageManifest"]
    if manifest(repository.name, tag) and repository.image_tag_mutability == "IMMUTABLE":
        raise Refused("ImageTagAlreadyExistsException", "The image tag already exists and can't be overwritten.")
    ask("PUT", f"{repository.name}/manifests/{tag}", text.encode(), json.loads(text).get("mediaType", TYPES[0]))
    return {"image": shown(repository.name, manifest(repository.name, tag), tag)}


def batch_delete(region, params):
    name = repository_of(region, params).name
    deleted = [one for one in params["imageIds"] if ask("DELETE", f"{name}/manifests/{one['imageDigest']}") is not None]
    return {"imageIds": deleted, "failures": []}


def list_images(region, params):
    name = repository_of(region, params).name
    return {"imageIds": [{"imageTag": tag, "imageDigest": one["digest"]} for tag, one in tags_of(name)]}


def delete_repository(region, params):
    name = repository_of(region, params).name
    if tags_of(name) and not params.get("force"):
        raise Refused("RepositoryNotEmptyException", f"The repository with name '{name}' in registry with id "
                      f"'{DEFAULT_ACCOUNT_ID}' cannot be deleted because it still contains images")
    return None  # moto does it


HANDLERS = {"BatchGetImage": batch_get, "PutImage": put, "BatchDeleteImage": batch_delete, "ListImages": list_images,
            "DeleteRepository": delete_repository}


def handler_of(operation):
    return HANDLERS.get(operation) if ENDPOINT else None


def use_registry():
    if not ENDPOINT:
        return
    make = Repository.__init__

    def made(self, *arguments, **named):
        make(self, *arguments, **named)
        self.uri = f"{ENDPOINT}/{self.name}"

    Repository.__init__ = made
