"""A receiver of webhooks as the tests need them: each path does something else.

Prints its port as the first line, and ends when its input ends. What came stands under GET /log. Arguments: the
secrets, and with --tls a file with certificate and key.
"""

import http.server
import json
import os
import socket
import ssl
import sys
import threading
import time
import urllib.parse

import cloudevents.exceptions
import cloudevents.http
import standardwebhooks

arguments = sys.argv[1:]
tls = None
if arguments[:1] == ["--tls"]:
    tls, arguments = arguments[1], arguments[2:]
hooks = [standardwebhooks.Webhook(secret) for secret in arguments]
log = []


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200, body=json.dumps(log).encode())

    def do_POST(self):
        parts = self.path.partition("?")[0].strip("/").split("/")
        if parts[0] == "hang-before":
            time.sleep(30)
        if parts[0] == "close-before":
            self.close_connection = True
            self.connection.close()
            self.rfile.close()
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        entry = {"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body.decode()}
        entry["verified"] = []
        for hook in hooks:
            try:
                hook.verify(body, dict(self.headers.items()))
                entry["verified"].append(True)
            except standardwebhooks.WebhookVerificationError:
                entry["verified"].append(False)
        try:
            event = cloudevents.http.from_http(dict(self.headers.items()), body)
            entry["event"] = {**event.get_attributes(), "data": event.data}
        except cloudevents.exceptions.GenericException:
            entry["event"] = None
        log.append(entry)
        getattr(self, "do_" + parts[0].replace("-", "_"))(*parts[1:])

    def do_ok(self):
        self.answer(200 if all(log[-1]["verified"]) else 400, body=b"{}")

    def do_status(self, status, *retry_after):
        self.answer(int(status), [("retry-AFTER", value.replace("_", " ")) for value in retry_after])

    def do_words(self, status, words):
        self.answer(int(status), body=urllib.parse.unquote(words).encode())

    def do_redirect(self):
        self.answer(307, [("Location", "/ok")])

    def do_drop(self):
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def do_late(self):
        time.sleep(0.5)
        self.do_ok()

    def do_hang(self):
        time.sleep(30)

    def do_continue(self):
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.do_drop()

    def do_short(self, status):
        self.wfile.write(f"HTTP/1.1 {status} X\r\nContent-Length: 100\r\n\r\nhalf".encode())
        self.do_drop()

    def do_drip(self, status):
        self.wfile.write(f"HTTP/1.1 {status} X\r\nContent-Length: 100\r\n\r\nh".encode())
        time.sleep(30)

    def forever(self, head, piece):
        count = 0
        try:
            self.wfile.write(head)
            while True:
                self.wfile.write(piece)
                count += len(piece)
        except OSError:
            log.append({"path": self.path, "taken": count})
            self.close_connection = True

    def do_endless(self):
        self.forever(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n", b"x" * 65536)

    def do_headers(self):
        self.forever(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1000 + b"\r\n")

    def do_garbage(self):
        self.wfile.write(b"\x00\xff not http\r\n\r\n")
        self.do_drop()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        pass


def end_with_input():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_input, daemon=True).start()
server = Server(("127.0.0.1", 0), Receiver)
if tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls)
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
