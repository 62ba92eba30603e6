"""A mail server for tests, of aiosmtpd: it listens on a free port of this machine until its input ends.

Prints one line, {"port": …}, when it listens. Into its folder it writes cert.pem, each mail as 1.eml, 2.eml …, and a
line of JSON for each mail it took into "log". What a recipient does stands before the @:

    rcpt-550, rcpt-550-5.7.1    RCPT TO is answered so
    says-relay, says-sender …   RCPT TO is answered as well-known servers do, see SAYINGS
    data-554                    the mail is answered so, when it is all there
    drop-rcpt                   hangs up instead of an answer to RCPT TO
    drop-before                 hangs up when the mail begins
    drop-after                  hangs up when the mail is all there, and keeps it
    slow-rcpt                   answers RCPT TO after a minute
    hang-rcpt                   answers RCPT TO never
    held-after                  keeps the mail when it is all there, and never answers
    slow-after                  answers the mail after twenty seconds
    then-close                  takes the mail, and hangs up after that
    grey-anybody                is greylisted: answered 451 once, and taken after that
    anything else               takes the mail

While its folder has a file "refuse", every mail is answered with what stands there when it is all there.
"""

import argparse
import asyncio
import json
import logging
import os
import ssl
import subprocess
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult, syntax

arguments = argparse.ArgumentParser()
arguments.add_argument("folder")
arguments.add_argument("--tls", choices=["required", "starttls", "none"], default="starttls")
arguments.add_argument("--hide-starttls", action="store_true", help="as somebody between would do")
arguments.add_argument("--user")
arguments.add_argument("--password")
arguments.add_argument("--auth-reply", help="the answer to every password")
arguments.add_argument("--mail-reply", help="the answer to every MAIL FROM")
arguments.add_argument("--greeting", help="the answer to every connection, which is then closed")
arguments.add_argument("--silent", action="store_true", help="accept connections and say nothing")
arguments.add_argument("--no-utf8", action="store_true", help="do not offer SMTPUTF8")
arguments.add_argument("--size", type=int, default=32 << 20, help="bytes of the largest mail")
options = arguments.parse_args()

state = {"connections": 0, "mails": 0, "greylisted": set()}
MINUTE = 60


# The words of Postfix, exim, Gmail and Exchange.
SAYINGS = {
    "relay": "550 relay not permitted",
    "sender": "550-Verification failed for <exchange@example.net>\r\n550-Unrouteable address\r\n550 Sender verify failed",
    "spam": "550 5.0.0 blocked by our policy",
    "full": "550 5.2.2 <ana@example.org>: user is over quota",
    "loop": "550 5.4.6 routing loop detected",
    "unknown": "550 Unknown user",
    "gmail": "550-5.1.1 The email account that you tried to reach does not exist.\r\n550 5.1.1 gsmtp",
    "exchange": "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "closed": "550 5.2.1 The email account that you tried to reach is disabled",
}


def reply(local, prefix):
    """The answer that a recipient's name asks for, or None."""
    if not local.startswith(prefix):
        return None
    code, _, detail = local[len(prefix) :].partition("-")
    return f"{code} {detail or code[0] + '.0.0'} as you wish"


def certificate():
    cert, key = (os.path.join(options.folder, name) for name in ("cert.pem", "key.pem"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        + ["-keyout", key, "-out", cert, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if options.mail_reply:
            return options.mail_reply
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        local = address.partition("@")[0]
        if local == "drop-rcpt":
            server.transport.abort()
        if local == "slow-rcpt":
            await asyncio.sleep(MINUTE)
        if local == "hang-rcpt":
            await asyncio.Event().wait()
        if local.startswith("grey-") and (envelope.mail_from, address) not in state["greylisted"]:
            state["greylisted"].add((envelope.mail_from, address))
            return "451 4.7.1 greylisted, come again in five minutes"
        answer = reply(local, "rcpt-") or SAYINGS.get(local.removeprefix("says-"))
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        local = envelope.rcpt_tos[0].partition("@")[0]
        if local == "slow-after":
            await asyncio.sleep(20)
        answer = reply(local, "data-")
        refuse = os.path.join(options.folder, "refuse")
        if os.path.exists(refuse):
            with open(refuse, encoding="ascii") as file:
                answer = file.read().strip()
        if answer is not None:
            return answer
        self.keep(session, envelope)
        if local == "held-after":
            await asyncio.Event().wait()
        if local == "drop-after":
            server.transport.abort()
        if local == "then-close":
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
        return "250 2.0.0 OK"

    def keep(self, session, envelope):
        state["mails"] += 1
        with open(os.path.join(options.folder, f"{state['mails']}.eml"), "wb") as file:
            file.write(envelope.original_content)
        auth = session.auth_data
        entry = {
            "connection": session.number,
            "greeting": session.host_name,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "options": envelope.mail_options,
            "user": auth.login.decode() if auth else "",
            "isEncrypted": session.ssl is not None or options.tls == "required",
        }
        with open(os.path.join(options.folder, "log"), "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


class Server(SMTP):
    def connection_made(self, transport):
        super().connection_made(transport)
        if not hasattr(self.session, "number"):
            state["connections"] += 1
            self.session.number = state["connections"]

    async def _handle_client(self):
        if options.greeting:
            await self.push(options.greeting)
            self.transport.close()
        elif options.silent:
            await asyncio.sleep(MINUTE)
        else:
            await super()._handle_client()

    async def smtp_EHLO(self, hostname):
        number = self.session.number
        await super().smtp_EHLO(hostname)
        self.session.number = number

    @syntax("DATA")
    async def smtp_DATA(self, arg):
        if self.envelope.rcpt_tos and self.envelope.rcpt_tos[0].startswith("drop-before@"):
            await self.push("354 go on")
            self.transport.abort()
        else:
            await super().smtp_DATA(arg)


def authenticate(server, session, envelope, mechanism, data):
    if options.auth_reply:
        asyncio.ensure_future(server.push(options.auth_reply))
        return AuthResult(success=False, handled=True)
    isRight = data.login.decode() == options.user and data.password.decode() == options.password
    return AuthResult(success=isRight, handled=False, auth_data=data)


def make(context):
    return Server(
        Handler(),
        hostname="mail.test",
        data_size_limit=options.size,
        enable_SMTPUTF8=not options.no_utf8,
        tls_context=context if options.tls == "starttls" and not options.hide_starttls else None,
        auth_required=options.user is not None,
        auth_require_tls=options.tls == "starttls",
        authenticator=authenticate if options.user else None,
        timeout=120,
    )


# What clients do that trust nobody is what tests want, and no news.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
warnings.simplefilter("ignore")


async def main():
    context = None if options.tls == "none" else certificate()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: make(context), "127.0.0.1", 0, ssl=context if options.tls == "required" else None
    )
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())
