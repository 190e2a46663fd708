"""Programs that are told things, and answer as they are told to."""

import base64
import hashlib
import hmac
import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from registrations.models import Webhook, WebhookDelivery
from registrations.services import webhooks
from tests.factories import NOW

URL = "https://hooks.example.org/"
ALL = Webhook.Event.values


class Receiver:
    """``answers`` are the statuses that it gives, the last again and again; « hang » gives none."""

    def __init__(self, *answers):
        self.answers = list(answers) or [204]
        self.requests = []
        self.released = threading.Event()

    def answer(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def told(self):
        return [json.loads(body) for _headers, body in self.requests]


@contextmanager
def listening(receiver, context=None):
    """Run a receiver on a free port of this machine, over TLS if there is a context, and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.requests.append((dict(self.headers.items()), body))
            status = receiver.answer()
            if status == "hang":
                receiver.released.wait(30)
                return
            if status == "nonsense":
                self.wfile.write(b"SSH-2.0-none\r\n")
                return
            self.send_response(status)
            self.send_header("location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
            self.end_headers()
            self.wfile.write(b"a body that nobody keeps")

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_args: None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http{'s' if context else ''}://127.0.0.1:{server.server_port}/hook?from=symposium"
    finally:
        receiver.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def webhook_of(edition, url, *events, **fields):
    webhook = Webhook(edition=edition, url=url, events=list(events or ALL), **fields)
    webhooks.save(webhook=webhook)
    edition.refresh_from_db()
    return webhook


def is_signed(headers, body, secret):
    """What docs/machines.md tells receivers to do, in other words than those of the sender."""
    names = {name.lower(): value for name, value in headers.items()}
    key = base64.b64decode(secret.removeprefix("whsec_"))
    message = f"{names['webhook-id']}.{names['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
    return f"v1,{expected}" in names["webhook-signature"].split()


def certificate_of_this_machine(folder):
    """Return the files of a certificate that nobody has signed, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


class Clock:
    """Stands still, unless somebody moves it."""

    def __init__(self):
        self.at = NOW

    def __call__(self):
        return self.at


def queued(webhook, **fields):
    delivery = webhooks.send_test(webhook=webhook, at=NOW)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(**fields)
    delivery.refresh_from_db()
    return delivery
