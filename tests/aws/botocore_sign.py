"""Signs with botocore what arrives as JSON on standard input, and prints the Authorization header, or the presigned URL."""
import datetime
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

given = json.load(sys.stdin)
moment = datetime.datetime.strptime(given["now"], "%Y%m%dT%H%M%SZ")
botocore.auth.get_current_datetime = lambda: moment


class Clock(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return moment

    @classmethod
    def now(cls, tz=None):
        return moment


botocore.auth.datetime = type("module", (), {"datetime": Clock, "timezone": datetime.timezone})
credentials = Credentials(given["id"], given["secret"], given["token"] or None)
request = AWSRequest(given["method"], given["url"], headers=given["headers"], data=given["body"])
request.context["timestamp"] = given["now"]
if given["presign"]:
    botocore.auth.SigV4QueryAuth(credentials, given["service"], given["region"], expires=60).add_auth(request)
    print(request.url)
else:
    botocore.auth.SigV4Auth(credentials, given["service"], given["region"]).add_auth(request)
    print(request.headers["Authorization"])
