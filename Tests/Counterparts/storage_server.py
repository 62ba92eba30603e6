"""Where an office keeps documents, for tests: `s3` (moto) or `webdav` (WsgiDAV), with faults on demand.

Prints its port, then serves until standard input closes. What S3 is asked is checked with botocore's own signing: a
request whose signature is not the one that botocore makes is answered 403. Tests share one server; each has a room of its
own (the first folder, or the first of the prefix). `POST /-/room?room=R` makes one. `POST
/-/fault?room=R&method=PUT&status=500&when=after` arms one fault: `before` answers without doing it, `after` does it and
then answers so, `cut` breaks the connection off in the middle of the body, `late` breaks it off when all was done.
`POST /-/time?room=R&skew=SECONDS` moves the room's clock, `GET /-/log?room=R` tells what was asked.
"""

import datetime
import io
import json
import os
import shutil
import socketserver
import sys
import tempfile
import threading
import urllib.parse
import wsgiref.simple_server

KEY, SECRET, REGION = "AKHUB0000000000000000", "secret/of+the=hub", "eu-central-1"
USER, PASSWORD = "hub", "pass word of the hüb"
faults, log, skew, lock = [], [], {}, threading.Lock()
folder = tempfile.mkdtemp()


def signed_wrong(environ, body, seconds):
    """None if the request is signed as botocore signs it, else why not."""
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    given = environ.get("HTTP_AUTHORIZATION", "")
    if not given.startswith("AWS4-HMAC-SHA256 "):
        return "not signed"
    parts = dict(part.strip().split("=", 1) for part in given.split(" ", 1)[1].split(","))
    url = "http://" + environ["HTTP_HOST"] + urllib.parse.quote(environ["PATH_INFO"])
    if environ.get("QUERY_STRING"):
        url += "?" + environ["QUERY_STRING"]
    names = parts["SignedHeaders"].split(";")
    if "x-amz-content-sha256" not in names:
        return "the hash of the body is not signed"
    headers = {
        name: environ["CONTENT_TYPE" if name == "content-type" else "HTTP_" + name.upper().replace("-", "_")]
        for name in names if name != "host"
    }
    import hashlib
    if headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
        return "the hash is not that of the body"
    stamp = headers["x-amz-date"]
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    then = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs((now - then).total_seconds()) > 900:
        return "RequestTimeTooSkewed"
    request = AWSRequest(method=environ["REQUEST_METHOD"], url=url, data=body, headers=headers)
    request.context["timestamp"] = stamp
    auth = S3SigV4Auth(Credentials(KEY, SECRET), "s3", REGION)
    if parts["Credential"] != auth.scope(request):
        return "another key, day, region or service"
    text = auth.string_to_sign(request, auth.canonical_request(request))
    return None if auth.signature(text, request) == parts["Signature"] else "the signature is another"


def s3():
    from moto.server import DomainDispatcherApplication, create_backend_app

    app = DomainDispatcherApplication(create_backend_app)

    def checked(environ, start):
        body = environ["wsgi.input"].read()
        wrong = signed_wrong(environ, body, skew.get(environ["room"], 0))
        if wrong:
            start("403 Forbidden", [("Content-Type", "text/plain")])
            return [wrong.encode()]
        environ["wsgi.input"] = io.BytesIO(body)
        return app(environ, start)

    from moto.s3.models import s3_backends

    s3_backends["123456789012"]["aws"].create_bucket("bucket", REGION)
    return checked


def webdav():
    from wsgidav.wsgidav_app import WsgiDAVApp

    return WsgiDAVApp({
        "provider_mapping": {"/": folder}, "logging": {"enable": False}, "verbose": 0,
        "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}, "other": {"password": "other"}}}},
        "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
        "lock_storage": True, "dir_browser": {"enable": False},
    })


class Cut(Exception):
    pass


def with_faults(app):
    def serve(environ, start):
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        asked = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", "")))
        if path.startswith("/-/"):
            return control(path, asked, start)
        place = asked.get("prefix", "") or path.removeprefix("/bucket/").removeprefix("/")
        room = environ["room"] = place.split("/")[0]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        with lock:
            log.append((room, method, path))
            fault = next((f for f in faults if f["method"] == method and f["room"] == room), None)
            if fault:
                faults.remove(fault)
        if fault and fault["when"] == "cut":
            environ["wsgi.input"].read(length // 2)
            raise Cut()
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
        if fault and fault["when"] == "before":
            return answer(start, fault)
        if fault:
            held = []
            for _ in app(environ, lambda status, *_: held.append(status)):
                pass
            if fault["when"] == "late":
                raise Cut()
            return answer(start, fault)
        return app(environ, start)

    return serve


def control(path, asked, start):
    body = b""
    with lock:
        if path == "/-/fault":
            faults.append(asked)
        if path == "/-/time":
            skew[asked["room"]] = int(asked["skew"])
        if path == "/-/room":
            os.makedirs(os.path.join(folder, asked["room"]), exist_ok=True)
        if path == "/-/log":
            body = json.dumps([[method, place] for room, method, place in log if room == asked["room"]]).encode()
    start("200 OK", [("Content-Type", "application/json")])
    return [body]


def answer(start, fault):
    headers = [("Content-Type", "text/plain")]
    if "after" in fault:
        headers.append(("Retry-After", fault["after"]))
    start(fault["status"] + " Fault", headers)
    return [b"a fault, as asked for"]


class Handler(wsgiref.simple_server.WSGIRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except Exception:
            pass


class ServerHandler(wsgiref.simple_server.ServerHandler):
    def handle_error(self):
        # A cut is no answer at all.
        self.headers_sent = True


wsgiref.simple_server.ServerHandler = ServerHandler


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def main():
    app = s3() if sys.argv[1] == "s3" else webdav()
    server = wsgiref.simple_server.make_server(
        "127.0.0.1", 0, with_faults(app), server_class=Server, handler_class=Handler)
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


main()
