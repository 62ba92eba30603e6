"""A plugin that takes its time: whoever is killed, is killed in the middle of it."""
import json
import os
import subprocess
import sys
import time

LINES = os.path.join(os.environ["SOJOURN_DATA"], "lines.txt")


def note(text):
    with open(LINES, "a") as file:
        file.write(text + "\n")


# One that would outlive it.
subprocess.Popen(["sleep", "300"], stdin=subprocess.DEVNULL, start_new_session=True)
for line in sys.stdin:
    request = json.loads(line)
    if request["method"] == "bye":
        break
    if "id" not in request:
        continue
    result = {"protocol": 1, "features": [], "mistakes": []}
    if request["method"] == "run":
        key = request["params"]["key"]
        note("begun " + key)
        time.sleep(0.1)
        note("done " + key)
        result = {"key": key, "outcome": "done", "output": {"text": "written"}}
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}) + "\n")
    sys.stdout.flush()
