"""A request back to the parameters of its operation, and whether botocore's models allow them."""
import json
import re
import urllib.parse

import botocore.session
from botocore.validate import ParamValidator

SESSION = botocore.session.get_session()
# By the signature's name of the service.
MODELS = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch", "servicequotas": "service-quotas"}
_models = {}


def model_of(signing_name):
    if signing_name not in _models:
        _models[signing_name] = SESSION.get_service_model(MODELS.get(signing_name, signing_name))
    return _models[signing_name]


def protocol_of(model):
    """Of several that a service speaks the one that we do: what CloudWatch's model names first is a binary one."""
    first = model.metadata["protocol"]
    return model.metadata["protocols"][-1] if first.startswith("smithy") else first


def scalar(shape, text, where, errors):
    kind = shape.type_name
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except ValueError:
        errors.append(f'{where}: "{text}" is no {kind}')
    if kind == "boolean":
        if text not in ("true", "false"):
            errors.append(f'{where}: "{text}" is no boolean')
        return text == "true"
    return text


class Form:
    """A form of `query` or `ec2`, of which each key must be used by the operation's shape."""

    def __init__(self, body, protocol, errors):
        self.items = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        self.protocol, self.errors, self.used = protocol, errors, set()

    def take(self, key):
        self.used.add(key)
        return self.items[key]

    def has(self, prefix):
        return any(key == prefix or key.startswith(prefix + ".") for key in self.items)

    def name_of(self, name, shape):
        wire = shape.serialization.get("name", name)
        if self.protocol == "ec2":
            return shape.serialization.get("queryName") or wire[:1].upper() + wire[1:]
        if shape.type_name == "list" and shape.serialization.get("flattened"):
            return shape.member.serialization.get("name", name)
        return wire

    def read(self, shape, prefix=""):
        if shape.type_name == "structure":
            out = {}
            for name, member in shape.members.items():
                key = ".".join(filter(None, (prefix, self.name_of(name, member))))
                if self.has(key):
                    out[name] = self.read(member, key)
            return out
        if shape.type_name == "list":
            flat = self.protocol == "ec2" or shape.serialization.get("flattened")
            between = "" if flat else "." + shape.member.serialization.get("name", "member")
            if self.items.get(prefix) == "":
                self.take(prefix)
            out = []
            while self.has(f"{prefix}{between}.{len(out) + 1}"):
                out.append(self.read(shape.member, f"{prefix}{between}.{len(out) + 1}"))
            return out
        if prefix not in self.items:
            self.errors.append(f"{prefix}: a {shape.type_name} is wanted")
            return None
        return scalar(shape, self.take(prefix), prefix, self.errors)

    def unused(self):
        return [f'unknown parameter "{key}"' for key in sorted(self.items.keys() - self.used)]


def limits(shape, value, where, errors):
    """What botocore's validator leaves out: enumerations, patterns, the largest sizes."""
    kind = shape.type_name
    largest = shape.metadata.get("max")
    if kind == "structure" and isinstance(value, dict):
        for name, member in value.items():
            if name in shape.members:
                limits(shape.members[name], member, f"{where}.{name}", errors)
    elif kind == "list" and isinstance(value, list):
        for i, member in enumerate(value):
            limits(shape.member, member, f"{where}[{i}]", errors)
        if largest is not None and len(value) > largest:
            errors.append(f"{where}: more than {largest} members")
    elif kind == "map" and isinstance(value, dict):
        for name, member in value.items():
            limits(shape.key, name, f"{where}.key", errors)
            limits(shape.value, member, f"{where}.{name}", errors)
    elif kind == "string" and isinstance(value, str):
        text_limits(shape, value, where, errors)
    elif kind in ("integer", "long", "float", "double") and largest is not None and value is not None:
        if value > largest:
            errors.append(f"{where}: above {largest}")


JAVA_CLASSES = {r"\p{L}": "a-zA-Z\u00c0-\uffff", r"\p{Z}": " ", r"\p{N}": "0-9", r"\p{ASCII}": r"\x00-\x7f",
                r"\p{Graph}": r"\x21-\x7e", r"\p{Print}": r"\x20-\x7e", r"\p{Alnum}": "a-zA-Z0-9"}


def in_python(pattern):
    """A pattern of Java's as Python has it: its classes of characters, inside of brackets and outside."""
    out, inside, i = "", False, 0
    while i < len(pattern):
        java = next((name for name in JAVA_CLASSES if pattern.startswith(name, i)), None)
        if java:
            out += JAVA_CLASSES[java] if inside else f"[{JAVA_CLASSES[java]}]"
            i += len(java)
            continue
        if pattern[i] == "\\":
            out += pattern[i:i + 2]
            i += 2
            continue
        inside = (inside or pattern[i] == "[") and pattern[i] != "]"
        out += pattern[i]
        i += 1
    return out


def text_limits(shape, value, where, errors):
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        errors.append(f'{where}: "{value}" is none of {enum[:8]}')
    if len(value) > shape.metadata.get("max", len(value)):
        errors.append(f"{where}: longer than {shape.metadata['max']}")
    pattern = shape.metadata.get("pattern")
    if not pattern:
        return
    pattern = in_python(pattern)
    try:
        if not re.fullmatch(pattern, value, re.S):
            errors.append(f'{where}: "{value[:60]}" does not match {pattern[:80]}')
    except re.error:
        pass  # a pattern that Python doesn't know


def decode_rest(model, method, path, query, body, errors):
    for name in model.operation_names:
        operation = model.operation_model(name)
        uri = operation.http["requestUri"].split("?")[0]
        hit = re.fullmatch(re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^/]+)", uri), path)
        if not hit or operation.http["method"] != method:
            continue
        params, pairs, used = {}, urllib.parse.parse_qsl(query, keep_blank_values=True), set()
        for member, shape in (operation.input_shape.members.items() if operation.input_shape else ()):
            where, wire = shape.serialization.get("location"), shape.serialization.get("name", member)
            if where == "uri":
                params[member] = urllib.parse.unquote(hit.group(wire))
            elif where == "querystring":
                values = [value for key, value in pairs if key == wire]
                used.add(wire)
                if values:
                    params[member] = values if shape.type_name == "list" else scalar(shape, values[0], member, errors)
        errors += [f'unknown query parameter "{key}"' for key, _ in pairs if key not in used]
        if body:
            params.update(json.loads(body))
        return name, params
    errors.append(f"no operation for {method} {path}")
    return None, {}


def decode(signing_name, method, path, query, headers, body):
    """→ (operation, parameters, what is wrong with them)."""
    model, errors = model_of(signing_name), []
    protocol = protocol_of(model)
    if protocol == "json":
        prefix, _, name = headers.get("x-amz-target", "").rpartition(".")
        if prefix != model.metadata["targetPrefix"] or name not in model.operation_names:
            return None, {}, [f"X-Amz-Target {headers.get('x-amz-target')!r}"]
        if headers.get("content-type") != "application/x-amz-json-" + model.metadata["jsonVersion"]:
            errors.append(f"Content-Type {headers.get('content-type')}")
        params = json.loads(body or b"{}")
    elif protocol in ("query", "ec2"):
        form = Form(body.decode(), protocol, errors)
        name, version = form.take("Action"), form.take("Version")
        if name not in model.operation_names:
            return None, {}, [f"no operation {name}"]
        if version != model.metadata["apiVersion"]:
            errors.append(f"Version {version}")
        shape = model.operation_model(name).input_shape
        params = form.read(shape) if shape else {}
        errors += form.unused()
    else:
        name, params = decode_rest(model, method, path, query, body, errors)
        if name is None:
            return None, {}, errors
    shape = model.operation_model(name).input_shape
    if shape:
        report = ParamValidator().validate(params, shape)
        if report.has_errors():
            errors += report.generate_report().split("\n")
        limits(shape, params, name, errors)
    return name, params, errors
