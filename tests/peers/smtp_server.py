"""A real mail server (aiosmtpd) for the tests, on a free loopback port. Prints the port, stops when stdin closes.

Every mail taken goes to --folder as NAME.eml, and as NAME.json with its headers and parts decoded by Python's own
`email` package, so that not the product but somebody else says what arrived.

How it behaves towards one mail is chosen by the recipient's local part:
  unknown...      550 at RCPT            later...     451 at RCPT
  hang...         no answer to RCPT      lost...      connection lost at RCPT
  spam...         554 after DATA         busy...      452 after DATA
  drop...         stored, then connection lost before the answer to DATA
  silent...       stored, then no answer to DATA
"""

import argparse
import asyncio
import itertools
import json
import os
import ssl
import sys
from email import message_from_bytes, message_from_string
from email.policy import default

from aiosmtpd.smtp import SMTP, AuthResult, Envelope


def describe(content, envelope):
    # A mail sent with SMTPUTF8 has UTF-8 in its headers (RFC 6532); every other one must be ASCII throughout.
    if "SMTPUTF8" in envelope.mail_options:
        mail = message_from_string(content.decode("utf-8"), policy=default.clone(utf8=True))
    else:
        mail = message_from_bytes(content, policy=default)

    def addresses(name):
        found = mail[name].addresses if mail[name] is not None else []
        return [[a.display_name, a.addr_spec] for a in found]

    parts = [
        [p.get_content_type(), p["Content-Transfer-Encoding"], p.get_content()]
        for p in mail.walk()
        if not p.is_multipart()
    ]
    return {
        "sender": envelope.mail_from,
        "recipients": envelope.rcpt_tos,
        "options": envelope.mail_options,
        "type": mail.get_content_type(),
        "names": mail.keys(),
        "headers": {k: str(v) for k, v in mail.items()},
        "from": addresses("From"),
        "to": addresses("To"),
        "replyTo": addresses("Reply-To"),
        "date": mail["Date"].datetime.isoformat() if mail["Date"] else None,
        "parts": parts,
        "defects": [str(d) for p in mail.walk() for d in p.defects]
        + [f"{k}: {d}" for k, v in mail.items() for d in v.defects],
        "longestLine": max(len(line) for line in content.split(b"\r\n")),
        "bareLineEnds": content.replace(b"\r\n", b"").count(b"\n")
        + content.replace(b"\r\n", b"").count(b"\r"),
    }


def store(folder, name, content, envelope):
    with open(os.path.join(folder, name + ".eml"), "wb") as f:
        f.write(content)
    beside = os.path.join(folder, name + ".part")
    with open(beside, "w", encoding="utf-8") as f:
        json.dump(describe(content, envelope), f)
    os.rename(beside, os.path.join(folder, name + ".json"))


class Handler:
    def __init__(self, folder):
        self.folder = folder
        self.count = itertools.count()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown"):
            return "550 5.1.1 No such person here"
        if address.startswith("later"):
            return "451 4.7.1 Greylisted, come back"
        if address.startswith("hang"):
            await asyncio.sleep(3600)
        if address.startswith("lost"):
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        first = envelope.rcpt_tos[0]
        if first.startswith("spam"):
            return "554 5.7.1 Not wanted"
        if first.startswith("busy"):
            return "452 4.3.1 No room"
        store(self.folder, f"{next(self.count):04}", envelope.content, envelope)
        if first.startswith("drop"):
            server.transport.abort()
        if first.startswith("silent"):
            await asyncio.sleep(3600)
        return "250 2.0.0 Taken"


def authenticator(expected):
    def check(server, session, envelope, mechanism, data):
        given = f"{data.login.decode()}:{data.password.decode()}"
        return AuthResult(success=given == expected, handled=given == expected)

    return check


async def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folder", required=True)
    options.add_argument("--security", choices=["none", "starttls", "tls"], default="none")
    options.add_argument("--certificate", help="PEM with certificate and key")
    options.add_argument("--login", help="USER:PASSWORD that is asked for")
    options.add_argument("--only-login", action="store_true", help="AUTH LOGIN but not PLAIN")
    options.add_argument("--no-utf8", action="store_true", help="without SMTPUTF8")
    args = options.parse_args()

    context = None
    if args.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(args.certificate)
    settings = {
        "enable_SMTPUTF8": not args.no_utf8,
        "hostname": "peer.example",
        "tls_context": context if args.security == "starttls" else None,
        "require_starttls": args.security == "starttls",
    }
    if args.login:
        settings["auth_required"] = True
        settings["auth_require_tls"] = args.security == "starttls"
        settings["authenticator"] = authenticator(args.login)
        settings["auth_exclude_mechanism"] = ["PLAIN"] if args.only_login else []
    handler = Handler(args.folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, **settings),
        host="127.0.0.1",
        port=0,
        ssl=context if args.security == "tls" else None,
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)


if len(sys.argv) > 2 and sys.argv[1] == "--describe":
    # Judges files instead of serving: one JSON object for each, in an array.
    print(json.dumps([describe(open(path, "rb").read(), Envelope()) for path in sys.argv[2:]]))
else:
    asyncio.run(main())
