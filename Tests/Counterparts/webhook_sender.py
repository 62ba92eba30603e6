"""Sends a message signed by the reference library of Standard Webhooks, and prints the answer: status, body.

Arguments: the address, the secret, the webhook-id; the body comes on standard input. `--age SECONDS` signs for another time,
`--changed` changes the body after it was signed.
"""

import datetime
import http.client
import sys
import urllib.parse

import standardwebhooks

arguments = sys.argv[1:]
age = 0
if "--age" in arguments:
    place = arguments.index("--age")
    age = int(arguments[place + 1])
    del arguments[place : place + 2]
changed = "--changed" in arguments
url, secret, identifier = [a for a in arguments if a != "--changed"]
body = sys.stdin.buffer.read()
when = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=age)
signature = standardwebhooks.Webhook(secret).sign(identifier, when, body.decode())
if changed:
    body += b" "
place = urllib.parse.urlsplit(url)
connection = http.client.HTTPConnection(place.hostname, place.port, timeout=20)
connection.request(
    "POST",
    place.path,
    body,
    {
        "content-type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": str(int(when.timestamp())),
        "webhook-signature": signature,
    },
)
answer = connection.getresponse()
print(answer.status, answer.read().decode().strip())
