"""Text messages through an HTTP gateway: POST as JSON, with the key of the effect as Idempotency-Key."""
import json
import re
import urllib.error
import urllib.request

from sojourn_plugin import Failed, serve

NUMBER = re.compile(r"\+[0-9]{7,15}\Z")
# A slow gateway is given up before the host gives up this program.
SECONDS = 15
ANSWER_BYTES = 65536


def send(call):
    message, settings = call["input"], call["settings"]
    if not NUMBER.match(message["to"]):
        raise Failed("sms.number", "the number is not written as +387..., with the country in front")
    if call["dry_run"]:
        return {"id": "dry-run"}
    body = {"to": message["to"], "text": message["text"], "from": settings.get("sender", "")}
    request = urllib.request.Request(
        settings["url"],
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": "Bearer " + call["secrets"]["token"],
            "Idempotency-Key": call["key"],
        },
    )
    try:
        # The receiver knows the key: what is lost on the way may be sent again.
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return {"id": str(json.loads(answer.read(ANSWER_BYTES))["id"])}
    except urllib.error.HTTPError as fault:
        if fault.code == 429 or fault.code >= 500:
            wait = fault.headers.get("Retry-After", "")
            after = int(wait) if wait.isdigit() else None
            raise Failed(f"sms.{fault.code}", "the gateway is busy", True, after, "service") from None
        if fault.code in (401, 403):
            raise Failed(f"sms.{fault.code}", "the gateway does not take the token", True, 3600, "service") from None
        raise Failed(f"sms.{fault.code}", f"the gateway refused the message with {fault.code}") from None
    except (OSError, ValueError, KeyError):
        raise Failed("sms.gateway", "the gateway did not answer as it should", True, None, "service") from None


serve({"sms.send": send})
