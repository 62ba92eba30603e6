"""Sojourn's plugin protocol, version 1, for plugins in Python: one file, no dependencies. Copy it beside your program.

    from sojourn_plugin import Failed, serve

    def send(call):
        if call["dry_run"]:
            return {"id": "tried"}
        return {"id": deliver(call["input"]["to"], call["input"]["text"], key=call["key"])}

    serve({"sms.send": send})

What you print goes to the plugin's log and never disturbs the protocol.
"""
import json
import os
import sys
import traceback


class Failed(Exception):
    """The call failed. `code` is stable and has the family in front; the message holds nothing personal."""

    def __init__(self, code, message, retryable=False, retry_after=None, scope="call"):
        super().__init__(message)
        self.data = {"code": code, "retryable": retryable, "scope": scope}
        if retry_after:
            self.data["retry_after"] = retry_after


class Unknown(Exception):
    """Everything was handed over, and nobody can know whether it happened."""


class Waiting(Exception):
    """It is under way elsewhere: call again after `poll_after` seconds, or be told by a signed callback."""

    def __init__(self, poll_after=None, patience=None, checkpoint=None):
        super().__init__("waiting")
        fields = {"poll_after": poll_after, "patience": patience, "checkpoint": checkpoint}
        self.fields = {name: value for name, value in fields.items() if value is not None}


class InputRequired(Exception):
    """A person must say something first: `form` is a JSON Schema of type object."""

    def __init__(self, title, form, checkpoint=None):
        super().__init__(title)
        self.fields = {"title": title, "form": form}
        if checkpoint is not None:
            self.fields["checkpoint"] = checkpoint


class NoMethod(Exception):
    """The host asked for what this plugin does not speak."""


def _outcome(actions, call):
    action = actions.get(call["action"])
    if action is None:
        raise Failed("plugin.action", f"there is no action {call['action']}")
    try:
        return {"outcome": "done", "output": action(call) or {}}
    except Waiting as waiting:
        return {"outcome": "waiting", **waiting.fields}
    except InputRequired as question:
        return {"outcome": "input_required", **question.fields}
    except Unknown as doubt:
        return {"outcome": "unknown", "message": str(doubt)}


def _status(status, call):
    output = status(call)
    return {"outcome": "not_done"} if output is None else {"outcome": "done", "output": output}


def serve(actions, check=None, status=None):
    """Answers the host until it says goodbye.

    actions: by name, a function of the call that gives the output or raises.
    check: a function of the settings that gives a list of mistakes.
    status: a function of (action, key) that gives the output of what was done, or None if it was not done.
    """
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    settings = {}

    def answer(method, params):
        if method == "hello":
            return {"protocol": 1, "features": ["status"] if status else []}
        if method == "check":
            settings.update(params["settings"])
            return {"mistakes": check(settings) if check else []}
        if method == "ping":
            return {}
        if method == "run":
            return {"key": params["key"], **_outcome(actions, {**params, "settings": settings})}
        if method == "status" and status:
            return {"key": params["key"], **_status(status, params)}
        raise NoMethod(method)

    for line in sys.stdin:
        try:
            request = json.loads(line)
            method, number = request["method"], request.get("id")
        except (ValueError, KeyError, TypeError):
            print("a line was no request", file=sys.stderr)
            continue
        if method == "bye":
            return
        if number is None:
            continue
        reply = {"jsonrpc": "2.0", "id": number}
        try:
            reply["result"] = answer(method, request.get("params") or {})
        except NoMethod:
            reply["error"] = {"code": -32601, "message": f"there is no method {method}"}
        except Failed as failure:
            reply["error"] = {"code": -32000, "message": str(failure), "data": failure.data}
        except Exception:  # an author's mistake: the log tells where, the host only that
            traceback.print_exc()
            reply["error"] = {"code": -32000, "message": "the plugin failed", "data": {"code": "plugin.mistake"}}
        out.write(json.dumps(reply, ensure_ascii=False) + "\n")
        out.flush()
