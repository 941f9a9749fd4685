"""What every request passes: the signature, the shapes of the API, the faults that were wished. Behind it are our ECS and
moto. A request that AWS wouldn't take is answered with 499 and kept in the log."""
import io
import json
import threading

import ecs_api
import images
import quotas
import aws_shapes
import signature
from moto.core import DEFAULT_ACCOUNT_ID

NOTHING_TO_SIGN = ("AssumeRoleWithWebIdentity",)


class Gate:
    def __init__(self, moto, faults, clock):
        self.moto, self.faults, self.clock = moto, faults, clock
        self.secrets = {"AKIDTEST": "test/secret+key", "AKIDCI": "ci/secret+key"}
        self.caller = ""  # who asks now, as IAM calls it
        self.account = DEFAULT_ACCOUNT_ID
        self.regions, self.log, self.lock = {}, [], threading.RLock()
        self.all_refused = []  # by the shapes or the signature
        self.told = {}  # answers to what has a token

    def ecs_of(self, region):
        if region not in self.regions:
            self.regions[region] = ecs_api.Ecs(region)
        return self.regions[region]

    def __call__(self, env, start):
        body = env["wsgi.input"].read(int(env.get("CONTENT_LENGTH") or 0))
        env["wsgi.input"] = io.BytesIO(body)
        headers = {k[5:].replace("_", "-").lower(): v for k, v in env.items() if k.startswith("HTTP_")}
        headers["content-type"] = env.get("CONTENT_TYPE", "")
        raw = env.get("RAW_URI") or env.get("REQUEST_URI") or env["PATH_INFO"]
        if raw.startswith("http"):
            raw = "/" + raw.split("/", 3)[3]
        path, _, query = raw.partition("?")
        with self.lock:
            return self.pass_on(env, start, raw, path, query, headers, body)

    def pass_on(self, env, start, raw, path, query, headers, body):
        errors = []
        wrong = signature.complaint(env["REQUEST_METHOD"], f"http://{headers['host']}{raw}", headers, body, self.secrets)
        if wrong:
            errors.append("signature: " + wrong)
        region, service = signature.scope_of(headers) or ("us-east-1", "sts")
        self.caller = "user/ci" if signature.access_key_of(headers) == "AKIDCI" else "user/moto"
        try:
            operation, params, more = aws_shapes.decode(service, env["REQUEST_METHOD"], path, query, headers, body)
            errors += more
        except Exception as error:  # whatever can't be decoded is the caller's mistake
            operation, params = None, {}
            errors.append(f"can't be decoded: {error!r}")
        action = f"{service}:{operation}"
        self.log.append({"action": action, "errors": errors})
        json_like = aws_shapes.protocol_of(aws_shapes.model_of(service)) in ("json", "rest-json")
        if errors:
            self.all_refused.append(self.log[-1])
            return self.refuse(start, json_like, "ModelMismatch", "; ".join(errors), 499)
        self.clock.move(self.regions.values())
        now, said = self.clock.now, repr(params)
        fault = self.faults.before(action, now, said)
        if fault:
            return self.refuse(start, json_like, *fault)
        if self.faults.settings.get("html"):
            return self.send(start, b"<html><body>Please log in</body></html>", "text/html", 200)
        heads = []
        body = self.told_before(heads, service, operation, params)
        if body is None:
            answer = self.answer(env, lambda status, headers, *_: heads.append((status, headers)), service, region, operation, params, json_like)
            body = b"".join(answer)
            self.tell_again(heads[0], service, operation, params, body)
        status, head = heads[0]
        if status.startswith("2"):
            body = self.faults.changed(action, now, said, body)
            if body is None:
                return self.refuse(start, json_like, "NoSuchEntity", "It cannot be found.", 404)
        head = [(name, value) for name, value in head if name.lower() != "content-length"] + [("Content-Length", str(len(body)))]
        start(status, head)
        answer = [body]
        if self.faults.cuts(action):
            env["werkzeug.socket"].sendall(f"HTTP/1.1 200 .\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:len(body) // 2])
            env["werkzeug.socket"].shutdown(2)
            return []
        if self.faults.after(action):
            env["werkzeug.socket"].shutdown(2)
            return []
        return self.faults.dripped(body) if self.faults.settings.get("drip") else answer

    def told_before(self, heads, service, operation, params):
        """EC2 does what has a token once, and answers it as before; moto does it again."""
        told = self.told.get((service, operation, params.get("ClientToken")))
        if told:
            heads.append(told[0])
        return told[1] if told else None

    def tell_again(self, head, service, operation, params, body):
        if service == "ec2" and params.get("ClientToken") and head[0].startswith("2"):
            self.told[service, operation, params["ClientToken"]] = (head, body)

    def answer(self, env, start, service, region, operation, params, json_like):
        ours = self.ecs_of("us-east-1" if service == "iam" else region)
        self.clock.move(self.regions.values())
        if service == "sts" and operation == "GetCallerIdentity" and self.account != DEFAULT_ACCOUNT_ID:
            text = (f"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::{self.account}:user/x</Arn>"
                    f"<UserId>x</UserId><Account>{self.account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>")
            return self.send(start, text.encode(), "text/xml", 200)
        by_us = {"ecs": lambda: ecs_api.handler_of(ours, operation, params), "ecr": lambda: images.handler_of(operation),
                 "servicequotas": lambda: quotas.handler_of(operation)}
        if service in by_us:
            handler = by_us[service]()
            if handler:
                try:
                    out = handler(ours if service == "ecs" else region, params)
                except ecs_api.Refused as refused:
                    return self.refuse(start, json_like, refused.code, str(refused), refused.status)
                if out is not None:
                    return self.send(start, json.dumps(out).encode(), "application/x-amz-json-1.1", 200)
        return self.moto(env, start)

    @staticmethod
    def send(start, body, kind, status):
        start(f"{status} .", [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def refuse(self, start, json_like, code, message, status):
        if json_like:
            return self.send(start, json.dumps({"__type": code, "message": message}).encode(), "application/x-amz-json-1.1", status)
        safe = message.replace("&", "&amp;").replace("<", "&lt;")
        text = (f"<Response><Errors><Error><Code>{code}</Code><Message>{safe}</Message></Error></Errors>"
                f"<Error><Code>{code}</Code><Message>{safe}</Message></Error><RequestID>r</RequestID></Response>")
        return self.send(start, text.encode(), "text/xml", status)
