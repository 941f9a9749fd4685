"""The forms in which a secret may be left somewhere."""
import base64
import json
import urllib.parse


def base64_forms(raw, alphabet):
    """What stands in any base64 text that the bytes are part of: their place decides the alignment."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + raw, altchars=alphabet).rstrip(b"=")
        start = (0, 2, 3)[before]
        yield text[start:len(text) - (1 if (before + len(raw)) % 3 else 0)]


def forms(secret):
    raw = secret.encode()
    text = json.dumps(secret)[1:-1]
    out = {"raw": raw,
           "JSON": text.encode(),
           "JSON, UTF-8": json.dumps(secret, ensure_ascii=False)[1:-1].encode(),
           "JSON in JSON": json.dumps(text)[1:-1].encode(),
           "URL": urllib.parse.quote(secret, safe="").encode(),
           "URL path": urllib.parse.quote(secret).encode(),
           "form": urllib.parse.quote_plus(secret, safe="").encode(),
           "hex": raw.hex().encode(),
           "HEX": raw.hex().upper().encode()}
    for name, alphabet in (("base64", b"+/"), ("base64url", b"-_")):
        for i, form in enumerate(base64_forms(raw, alphabet)):
            out[f"{name} +{i}"] = form
    return out
