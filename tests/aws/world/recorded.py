"""recorded.py: of `infra state list --json`, the address and id of each object, one a line."""
import json
import sys

for line in sys.stdin:
    one = json.loads(line)
    for row in one if isinstance(one, list) else [one]:
        print(row["address"], row["id"])
