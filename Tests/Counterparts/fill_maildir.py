"""Delivers mails into a maildir, as mail servers and people do, with Python's mailbox and email packages.

    fill_maildir.py MAILDIR ORIGINAL.eml KIND…

Each KIND is a mail about the original:

    reply           somebody answers, with In-Reply-To and References
    reply-tag       somebody answers a program that names no other mail, to the address in Reply-To
    reply-forged    somebody answers nothing, and names the reference of a case
    absent          a machine answers (RFC 3834)
    failed          the mail came back for good, 5.1.1, with its header (RFC 3464)
    failed-whole    … with the whole mail
    failed-other    … for another recipient than the one it was sent to
    failed-full     … because the mailbox is full, 5.2.2
    failed-exim     … with 5.0.0 alone for machines, and "Unknown user" for people, as exim does
    failed-said     … with 5.0.0 and "user unknown" among the fields for machines
    failed-policy   … with 5.0.0 and "blocked", which is not about the address
    failed-beside   … with 5.0.0, and "Unknown user" said of somebody else
    delayed         a server tries again
    bounce          a mail from nobody without a report, to the return path
    complaint       a reader's provider passes on a complaint (RFC 5965)
    huge            a mail of 20 MB
    nested          ten thousand parts within parts
    header          a header without an end
    garbage         no mail at all
    latin           an answer whose text says it is UTF-8 and is not
    html            an answer in HTML alone
"""

import email
import email.policy
import mailbox
import sys
from email.message import EmailMessage, MIMEPart
from email.utils import make_msgid

folder, path, kinds = sys.argv[1], sys.argv[2], sys.argv[3:]
with open(path, "rb") as file:
    original = email.message_from_binary_file(file, policy=email.policy.default)
box = mailbox.Maildir(folder, create=True)
reader = original["To"].addresses[0].addr_spec


def written(subject="Re: your mail", body="I can come on Tuesday.\n"):
    mail = EmailMessage()
    mail["From"] = f"Amina <{reader}>"
    mail["To"] = original["Reply-To"] or original["From"]
    mail["Subject"] = subject
    mail["Message-ID"] = make_msgid(domain="reader.example")
    mail.set_content(body)
    return mail


def answer(**fields):
    mail = written(**fields)
    mail["In-Reply-To"] = original["Message-ID"]
    mail["References"] = f"{original['References'] or ''} {original['Message-ID']}"
    return mail


def report(kind, fields, whole=False, about="I'm sorry to have to inform you."):
    """A multipart/report of RFC 6522, put together as postfix does."""
    mail = EmailMessage()
    mail["From"] = "MAILER-DAEMON@mx.example (Mail Delivery System)"
    mail["To"] = original["From"]
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Auto-Submitted"] = "auto-replied"
    mail["Return-Path"] = "<>"
    mail["Message-ID"] = make_msgid(domain="mx.example")
    mail["MIME-Version"] = "1.0"
    mail["Content-Type"] = f'multipart/report; report-type={kind}; boundary="A1B2/mx.example"'
    header = "".join(f"{name}: {value}\r\n" for name, value in original.items())
    parts = [
        f"Content-Type: text/plain; charset=us-ascii\r\n\r\n{about}\r\n",
        f"Content-Type: message/{kind}\r\n\r\n" + fields,
        f"Content-Type: message/rfc822\r\n\r\n{header}\r\nhello\r\n"
        if whole
        else f"Content-Type: text/rfc822-headers\r\n\r\n{header}",
    ]
    body = "".join(f"--A1B2/mx.example\r\n{part}\r\n" for part in parts) + "--A1B2/mx.example--\r\n"
    head = "".join(f"{name}: {value}\r\n" for name, value in mail.items())
    return (head + "\r\n" + body).encode("utf-8", "surrogateescape")


def status(action, code, recipient=None, says=None):
    """The fields for machines; without words of their own for a status that says nothing."""
    words = says or (None if code == "5.0.0" else f"550 {code}\r\n    <{reader}>: as it is")
    return (
        "Reporting-MTA: dns; mx.example\r\nArrival-Date: Mon, 1 Mar 2027 09:00:00 +0000\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient or reader}\r\nOriginal-Recipient: rfc822;{recipient or reader}\r\n"
        f"Action: {action}\r\nStatus: {code}\r\nRemote-MTA: dns; mx.example\r\n"
        + (f"Diagnostic-Code: smtp; {words}\r\n" if words else "")
    )


def make(kind):
    if kind == "reply":
        return answer()
    if kind == "reply-tag":
        return written()
    if kind == "reply-forged":
        mail = written(subject=f"[{original['References']}] please", body="Send me everything.\n")
        mail["References"] = original["References"]
        return mail
    if kind == "absent":
        mail = answer(subject="Out of office")
        mail["Auto-Submitted"] = "auto-replied (vacation)"
        return mail
    if kind == "latin":
        raw = answer(body="Zurich\n").as_bytes().replace(b"Zurich", b"Z\xfcrich \xff\xfe")
        return raw.replace(b"Content-Transfer-Encoding: 7bit", b"Content-Transfer-Encoding: 8bit")
    if kind == "html":
        mail = answer()
        mail.set_content("<p>Yes</p>", subtype="html")
        return mail
    if kind == "failed":
        return report("delivery-status", status("failed", "5.1.1"))
    if kind == "failed-whole":
        return report("delivery-status", status("failed", "5.1.1"), whole=True)
    if kind == "failed-other":
        return report("delivery-status", status("failed", "5.1.1", "victim@elsewhere.example"))
    if kind == "failed-full":
        return report("delivery-status", status("failed", "5.2.2"))
    if kind == "failed-exim":
        about = f"This is a permanent error. The following address(es) failed:\r\n\r\n  {reader}\r\n    Unknown user"
        return report("delivery-status", status("failed", "5.0.0"), about=about)
    if kind == "failed-said":
        return report("delivery-status", status("failed", "5.0.0", says=f"550 <{reader}>: user unknown"))
    if kind == "failed-policy":
        return report("delivery-status", status("failed", "5.0.0", says="550 blocked, see our list"))
    if kind == "failed-beside":
        about = f"These failed:\r\n\r\n  {reader}\r\n    disk trouble\r\n  otto@elsewhere.example\r\n    Unknown user"
        return report("delivery-status", status("failed", "5.0.0"), about=about)
    if kind == "delayed":
        return report("delivery-status", status("delayed", "4.4.1"))
    if kind == "complaint":
        return report("feedback-report", "Feedback-Type: abuse\r\nUser-Agent: mx/1\r\nVersion: 1\r\n", whole=True)
    if kind == "bounce":
        mail = written(subject="failure notice", body="Hi. This is the qmail-send program.\n")
        mail["Return-Path"] = "<>"
        return mail
    if kind == "huge":
        return answer(body="x" * 70 + "\n").as_bytes() + b"long line\n" * (2 << 20)
    if kind == "nested":
        head = answer().as_bytes().split(b"\n\n")[0].replace(b"Content-Type: text/plain", b"X-Type: text/plain")
        parts = [b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(10_000)]
        return head + b"\n" + b"".join(parts)
    if kind == "header":
        return answer().as_bytes().split(b"\n\n")[0] + b"\n" + b"X-More: yes\n" * 100_000
    if kind == "garbage":
        return bytes(range(256)) * 40
    raise SystemExit(f"no kind {kind}")


for kind in kinds:
    box.add(make(kind))
