"""A plugin that remembers the keys that it has done, and answers `status` from that."""
import json
import os
import sys
import time

NOTES = os.path.join(os.environ["SOJOURN_DATA"], "notes.txt")


def write(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def known():
    return dict(line.rstrip("\n").split(" ", 1) for line in open(NOTES)) if os.path.exists(NOTES) else {}


def run(params):
    if params["key"] not in known() and not params["dry_run"]:
        if params["input"].get("die") and params["attempt"] == 1:
            os._exit(3)
        with open(NOTES, "a") as file:
            file.write(f"{params['key']} {params['input']['text']}\n")
        if params["input"].get("wait"):
            time.sleep(params["input"]["wait"])
    return {"key": params["key"], "outcome": "done", "output": {"text": params["input"]["text"]}}


def status(params):
    text = known().get(params["key"])
    if text is None:
        return {"key": params["key"], "outcome": "not_done"}
    return {"key": params["key"], "outcome": "done", "output": {"text": text}}


for line in sys.stdin:
    request = json.loads(line)
    method = request["method"]
    if method == "bye":
        break
    if "id" not in request:
        continue
    answers = {
        "hello": lambda params: {"protocol": 1, "features": ["status"]},
        "check": lambda params: {"mistakes": []},
        "ping": lambda params: {},
        "run": run,
        "status": status,
    }
    if method in answers:
        write({"id": request["id"], "result": answers[method](request["params"])})
    else:
        write({"id": request["id"], "error": {"code": -32601, "message": f"no method {method}"}})
