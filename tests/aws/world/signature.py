"""Is a request signed as botocore would have signed it? Its own code computes what the signature must be."""
import re

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

HEAD = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, "
                  r"SignedHeaders=([^,]+), Signature=([0-9a-f]{64})")
MUST_BE_SIGNED = ("host", "x-amz-date", "x-amz-security-token", "x-amz-target", "content-type")


def scope_of(headers):
    """(region, signing name), or None."""
    head = HEAD.fullmatch(headers.get("authorization", ""))
    return (head.group(3), head.group(4)) if head else None


def access_key_of(headers):
    head = HEAD.fullmatch(headers.get("authorization", ""))
    return head.group(1) if head else None


def complaint(method, url, headers, body, secrets):
    """What is wrong with the signature, or None. `headers` by lower-case name; `secrets` by access key."""
    head = HEAD.fullmatch(headers.get("authorization", ""))
    if not head:
        return "no Authorization header of Signature Version 4"
    key, date, region, service, names, signature = head.groups()
    if key not in secrets:
        return f"nobody has the access key {key}"
    signed = {name: headers.get(name, "") for name in names.split(";")}
    unsigned = [name for name in MUST_BE_SIGNED if headers.get(name) and name not in signed]
    if unsigned:
        return f"headers that must be signed are not: {unsigned}"
    if not headers.get("x-amz-date", "").startswith(date):
        return "the scope's date is not that of x-amz-date"
    request = AWSRequest(method, url, headers=signed, data=body)
    request.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(Credentials(key, secrets[key]), service, region)
    canonical = auth.canonical_request(request)
    wanted = auth.signature(auth.string_to_sign(request, canonical), request)
    return None if wanted == signature else f"the signature is not that of\n{canonical}"
