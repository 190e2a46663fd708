"""A server on this machine that speaks ORCID's part of the protocol: the authorization code of OAuth 2 with PKCE.

No real ORCID is reached from a test. This one refuses what RFC 6749 and RFC 7636 tell a server to refuse: another client,
another secret, another address to come back to, a code used twice, a verifier that does not fit.
"""

import json
import threading
from base64 import urlsafe_b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID, SECRET = "APP-TEST", "a-secret-of-the-test"
JOSIAH = "0000-0002-1825-0097"  # the iD that ORCID's own documentation invents


class OrcidServer(ThreadingHTTPServer):
    """``orcid`` is who signs in there; None for somebody who turns back."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.orcid = JOSIAH
        self.asked = {}
        self.refused = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server_port}"

    def stop(self):
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        """The page where somebody signs in, who does so at once."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        assert query["client_id"] == CLIENT_ID
        assert query["scope"] == "/authenticate"
        assert query["code_challenge_method"] == "S256"
        if self.server.orcid is None:
            answer = {"error": "access_denied", "state": query["state"]}
        else:
            code = f"code-{len(self.server.asked)}"
            self.server.asked[code] = query
            answer = {"code": code, "state": query["state"]}
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def do_POST(self):
        """The code against who it is."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.server.asked.pop(form.get("code"), None)
        if asked is None or not self.fits(form, asked):
            self.server.refused.append(form)
            return self.answer(400, {"error": "invalid_grant"})
        return self.answer(200, {"access_token": "token", "token_type": "bearer", "orcid": self.server.orcid})

    def fits(self, form, asked):
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        return (
            (form["client_id"], form["client_secret"]) == (CLIENT_ID, SECRET)
            and form["redirect_uri"] == asked["redirect_uri"]
            and urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
        )

    def answer(self, status, content):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_arguments):
        pass
