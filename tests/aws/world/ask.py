"""ask.py URL [JSON]: asks the world, or tells it something, and prints its answer."""
import json
import sys
import urllib.request

body = sys.argv[2].encode() if len(sys.argv) > 2 else None
with urllib.request.urlopen(urllib.request.Request(sys.argv[1], data=body)) as answer:
    print(json.dumps(json.load(answer), sort_keys=True))
