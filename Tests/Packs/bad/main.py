"""A plugin that does harm in the way that its input asks for."""
import json
import os
import signal
import socket
import subprocess
import sys
import time


def write(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def done(request, text=""):
    result = {"key": request["params"]["key"], "outcome": "done", "output": {"text": text}}
    write({"id": request["id"], "result": result})


def environments():
    """Every environment of another process that can be read."""
    found = ""
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                found += open(f"/proc/{name}/environ").read()
            except OSError:
                pass
    return found


def fill(folder):
    """Writes files until the system refuses; how many bytes were written."""
    total = 0
    piece = b"x" * (1 << 20)
    try:
        for number in range(100_000):
            with open(os.path.join(folder, f"file{number}"), "wb") as file:
                for _ in range(4):
                    file.write(piece)
                    file.flush()
                    total += len(piece)
    except OSError as fault:
        return f"{total >> 20} MB, then {fault.strerror}"
    return f"{total >> 20} MB"


def bomb():
    while True:
        try:
            os.fork()
        except OSError:
            pass


def outlive():
    """A child that leaves its parent, its group and its session."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            while True:
                time.sleep(60)
        os._exit(0)


def run(request):
    params = request["params"]
    how = params["input"]["how"]
    if how == "exit":
        sys.exit(1)
    elif how == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif how == "hang":
        time.sleep(600)
    elif how == "ignore":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        while True:
            time.sleep(600)
    elif how == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif how == "outlive":
        outlive()
        done(request)
        sys.exit(0)
    elif how == "line without end":
        while True:
            os.write(1, b"x" * 65536)
    elif how == "lines of noise":
        while True:
            os.write(1, b"noise noise noise noise noise noise\n" * 2000)
    elif how == "log without end":
        while True:
            os.write(2, b"noise noise noise noise noise noise\n" * 2000)
    elif how == "garbage":
        os.write(1, b'{"jsonrpc": "2.0", "id": \xff\xfe garbage\n')
        time.sleep(600)
    elif how == "noise before":
        os.write(1, b"loading the model\n\n{'a': 1}\n")
        done(request)
    elif how == "noise on the line":
        os.write(1, b"50% ")
        done(request)
    elif how == "close":
        os.close(1)
        time.sleep(600)
    elif how == "environment":
        done(request, environments())
    elif how == "read":
        try:
            done(request, open(params["input"]["path"]).read())
        except OSError as fault:
            done(request, f"refused: {fault.strerror}")
    elif how == "bomb":
        bomb()
    elif how == "fill temporary":
        done(request, fill(os.environ["TMPDIR"]))
    elif how == "fill data":
        done(request, fill(os.environ["SOJOURN_DATA"]) + " kept")
        time.sleep(600)
    elif how == "one large file":
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        with open(os.path.join(os.environ["SOJOURN_DATA"], "large"), "wb") as file:
            file.seek(64 << 20)
            file.write(b"x")
            file.flush()
        done(request)
    elif how == "memory":
        done(request, str(len(bytearray(2 << 30))))
    elif how == "files":
        held = []
        try:
            while True:
                held.append(open("/dev/null"))
        except OSError as fault:
            done(request, fault.strerror)
    elif how == "another key":
        write({"id": request["id"], "result": {"key": "0" * 32, "outcome": "done", "output": {}}})
        time.sleep(600)
    elif how == "another call":
        write({"id": request["id"] + 1000, "result": {"key": params["key"], "outcome": "done", "output": {}}})
        time.sleep(600)
    elif how == "twice":
        done(request)
        done(request)
    elif how == "output":
        write({"id": request["id"], "result": {"key": params["key"], "outcome": "done", "output": {"text": 5}}})
    elif how == "outcome":
        write({"id": request["id"], "result": {"key": params["key"], "outcome": "perhaps"}})
    elif how == "no result":
        write({"id": request["id"], "result": [1, 2, 3]})
    elif how == "huge answer":
        done(request, "x" * (2 << 20))
    elif how == "deep answer":
        os.write(1, b'{"jsonrpc":"2.0","id":' + str(request["id"]).encode() + b',"result":' + b"[" * 5000 + b"\n")
        time.sleep(600)
    elif how == "kill all":
        # Within a sandbox this process is among the first; anywhere else it would end the whole machine.
        if os.getpid() > 20 or b"bwrap" not in open("/proc/1/cmdline", "rb").read():
            return done(request, "this is no sandbox")
        os.kill(-1, signal.SIGKILL)
        time.sleep(600)
    elif how == "kill parent":
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)
    elif how == "secret":
        token = params["secrets"]["token"]
        print("the token is", token, file=sys.stderr, flush=True)
        write({"id": request["id"], "error": {"code": -32000, "message": f"refused {token}", "data": {"code": "bad.no"}}})
    elif how == "secret kept":
        done(request, "with " + params["secrets"]["token"])
    elif how == "control":
        write({"id": request["id"], "error": {"code": -32000, "message": "a\r\nb\u001b[31m\u202e" + "x" * 5000}})
    elif how == "connect":
        try:
            socket.create_connection(("127.0.0.1", params["input"]["port"]), 2).close()
            done(request, "connected")
        except OSError as fault:
            done(request, f"refused: {fault.strerror}")
    elif how == "asks":
        write({"id": "mine", "method": "host.secrets", "params": {}})
        answer = json.loads(sys.stdin.readline())
        done(request, answer["error"]["message"])
    elif how == "good":
        done(request, "good")


def main():
    while line := sys.stdin.readline():
        request = json.loads(line)
        if request["method"] == "hello":
            write({"id": request["id"], "result": {"protocol": 1, "features": []}})
        elif request["method"] == "check":
            write({"id": request["id"], "result": {"mistakes": []}})
        elif request["method"] == "run":
            run(request)
        elif request["method"] == "bye":
            return


main()
