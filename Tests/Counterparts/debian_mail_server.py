"""A Debian mail server for tests: exim on a free port of this machine until its input ends, touching nothing outside its folder.

Prints one line, {"port": …}, when it listens. Into its folder it writes cert.pem, and delivers into maildirs there:

    amina@city.example, clerk@hub.example, exchange@hub.example     mail/amina, mail/clerk, mail/exchange
    the same with +anything before the @                            there too
    anything else at these domains                                  is taken, and comes back: Unknown user

It is the program of Debian's package exim4-daemon-light, unpacked by "./do test" and not installed: an installed mail server would
take the place of the machine's own. Bubblewrap lets it believe that its user exists; it needs no rights and changes none.

Usage: debian_mail_server.py PROGRAM FOLDER, or debian_mail_server.py PROGRAM --check, which ends with 0 if it can run here.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time

CONFIGURATION = """
primary_hostname = mx.city.example
domainlist local_domains = city.example : hub.example
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
exim_path = {program}
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
deliver_drop_privilege = true
keep_environment =
never_users =
qualify_domain = hub.example
message_size_limit = 32M
smtputf8_advertise_hosts = *
tls_advertise_hosts = *
tls_certificate = {folder}/cert.pem
tls_privatekey = {folder}/key.pem
acl_smtp_rcpt = accept domains = +local_domains
acl_smtp_data = accept

begin routers
{routers}
unknown:
  driver = redirect
  allow_fail
  data = :fail: Unknown user

begin transports
{transports}

begin retry
* * F,1h,1m
"""

# What a client writes is never a path of exim's, so each mailbox has a delivery of its own.
ROUTER = """
{name}:
  driver = accept
  domains = {domain}
  local_parts = {name}
  local_part_suffix = +*
  local_part_suffix_optional
  transport = {name}
"""

TRANSPORT = """
{name}:
  driver = appendfile
  directory = {folder}/mail/{name}
  maildir_format
  create_directory
"""

MAILBOXES = {"amina": "city.example", "clerk": "hub.example", "exchange": "hub.example"}
USER = 1000


def boxed(program, folder, arguments):
    """The server as a user of its own, who is this user outside."""
    passwd, group = (os.path.join(folder, name) for name in ("passwd", "group"))
    with open(passwd, "w", encoding="ascii") as file:
        file.write(f"root:x:0:0::/:/bin/sh\nDebian-exim:x:{USER}:{USER}::/:/bin/sh\n")
    with open(group, "w", encoding="ascii") as file:
        file.write(f"root:x:0:\nDebian-exim:x:{USER}:\n")
    return (
        ["bwrap", "--unshare-user", "--uid", str(USER), "--gid", str(USER), "--dev-bind", "/", "/"]
        + ["--ro-bind", passwd, "/etc/passwd", "--ro-bind", group, "/etc/group", "--die-with-parent"]
        + [program, *arguments]
    )


def certificate(folder):
    cert, key = (os.path.join(folder, name) for name in ("cert.pem", "key.pem"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        + ["-keyout", key, "-out", cert, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True,
        stderr=subprocess.DEVNULL,
    )


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


program = os.path.realpath(sys.argv[1])
if sys.argv[2] == "--check":
    with tempfile.TemporaryDirectory() as empty:
        command = boxed(program, empty, ["-C", "/dev/null", "-bV"])
        sys.exit(subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode)

folder = os.path.realpath(sys.argv[2])
os.makedirs(os.path.join(folder, "spool"), exist_ok=True)
for mailbox in MAILBOXES:
    for part in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, "mail", mailbox, part), exist_ok=True)
certificate(folder)
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
configuration = os.path.join(folder, "exim.conf")
with open(configuration, "w", encoding="utf-8") as file:
    boxes = [{"name": name, "domain": domain, "folder": folder} for name, domain in MAILBOXES.items()]
    file.write(
        CONFIGURATION.format(
            folder=folder,
            program=program,
            port=port,
            routers="".join(ROUTER.format(**box) for box in boxes),
            transports="".join(TRANSPORT.format(**box) for box in boxes),
        )
    )
server = subprocess.Popen(
    boxed(program, folder, ["-C", configuration, "-bdf"]),
    stdin=subprocess.DEVNULL,
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
while not listens(port) and server.poll() is None:
    time.sleep(0.02)
print(json.dumps({"port": port if server.poll() is None else 0}), flush=True)
sys.stdin.read()
server.kill()
