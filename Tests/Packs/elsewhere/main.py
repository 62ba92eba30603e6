"""A plugin whose work is done by another office, which signs a callback with the secret that it is given here."""
import json
import os
import sys

for line in sys.stdin:
    request = json.loads(line)
    method, params = request["method"], request.get("params", {})
    if method == "bye":
        break
    if "id" not in request:
        continue
    result = {"mistakes": []}
    if method == "hello":
        result = {"protocol": 1, "features": []}
    elif method == "run":
        with open(os.path.join(os.environ["SOJOURN_DATA"], "orders.txt"), "a") as file:
            file.write(json.dumps(params["callback"]) + "\n")
        result = {"key": params["key"], "outcome": "waiting", "patience": 86400}
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}) + "\n")
    sys.stdout.flush()
