"""Reads mails as Python's email package does, and prints what is in them as JSON, one line for each file.

Usage: read_mail.py FILE...
"""

import email
import email.errors
import email.header
import email.policy
import email.utils
import hashlib
import json
import sys


def split(defect):
    """RFC 2231 lets a long file name be cut between two bytes of one letter; the whole is what counts."""
    return isinstance(defect, email.errors.UndecodableBytesDefect)


def people(raw, name):
    """Names and addresses by the older interface: the newer one of Python 3.11 doubles spaces in long names."""
    old = email.message_from_string(raw.decode())
    pairs = email.utils.getaddresses(old.get_all(name, []))
    return [[str(email.header.make_header(email.header.decode_header(shown))), address] for shown, address in pairs]


def part(of):
    payload = of.get_payload(decode=True) or b""
    charset = of.get_content_charset()
    return {
        "type": of.get_content_type(),
        "parameters": {name: str(value) for name, value in of["content-type"].params.items()}
        if of["content-type"]
        else {},
        "disposition": of.get_content_disposition() or "",
        "fileName": of.get_filename() or "",
        "encoding": str(of["content-transfer-encoding"] or ""),
        "text": payload.decode(charset).replace("\r\n", "\n") if charset else "",
        "size": len(payload),
        "sha256": hashlib.sha256(payload).hexdigest(),
        "defects": [repr(defect) for defect in of.defects]
        + [repr(defect) for value in of.values() for defect in getattr(value, "defects", []) if not split(defect)],
    }


def mail(path):
    with open(path, "rb") as file:
        raw = file.read()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    bare = raw.replace(b"\r\n", b"")
    return {
        "headers": [[name, str(value)] for name, value in message.items()],
        "from": people(raw, "from"),
        "to": people(raw, "to"),
        "parts": [part(leaf) for leaf in message.walk() if not leaf.is_multipart()],
        "tree": [leaf.get_content_type() for leaf in message.walk()],
        "defects": [repr(defect) for leaf in message.walk() for defect in leaf.defects],
        "longestLine": max(len(line) for line in raw.split(b"\r\n")),
        "bareLineEnds": bare.count(b"\r") + bare.count(b"\n"),
        "isASCII": raw.isascii(),
    }


for name in sys.argv[1:]:
    print(json.dumps(mail(name)))
