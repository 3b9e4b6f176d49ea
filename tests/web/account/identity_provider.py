"""An OpenID Connect provider on this machine, over real HTTP: it says of everybody what `person` says."""

from __future__ import annotations

import json
import secrets
import threading
from base64 import urlsafe_b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT, SECRET = "waymark", "a secret between the two"


class IdentityProvider:
    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.asked: list[str] = []
        self.codes: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def configured(self) -> dict[str, Any]:
        """As `SOCIALACCOUNT_PROVIDERS` has it."""
        app = {"provider_id": "people", "name": "People of Wales", "client_id": CLIENT, "secret": SECRET}
        return {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [app | {"settings": {"server_url": self.url}}],
            }
        }

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            provider.asked.append(path)
            if path == "/.well-known/openid-configuration":
                self._answer(
                    {
                        "issuer": provider.url,
                        "authorization_endpoint": f"{provider.url}/authorize",
                        "token_endpoint": f"{provider.url}/token",
                        "userinfo_endpoint": f"{provider.url}/userinfo",
                        "jwks_uri": f"{provider.url}/keys",
                        "token_endpoint_auth_methods_supported": ["client_secret_post"],
                    }
                )
            elif path == "/authorize":
                code = secrets.token_hex(8)
                provider.codes[code] = query["code_challenge"][0]
                back = urlencode({"code": code, "state": query["state"][0]})
                self.send_response(302)
                self.send_header("Location", f"{query['redirect_uri'][0]}?{back}")
                self.end_headers()
            elif path == "/userinfo" and self.headers["Authorization"] == "Bearer let-me-in":
                self._answer(provider.person)
            else:
                self._answer({"error": "invalid_request"}, 400)

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            provider.asked.append(self.path)
            known = sent["client_secret"] == [SECRET] and sent["client_id"] == [CLIENT]
            verifier = urlsafe_b64encode(sha256(sent["code_verifier"][0].encode()).digest()).decode().rstrip("=")
            if known and provider.codes.pop(sent["code"][0], None) == verifier:
                self._answer({"access_token": "let-me-in", "token_type": "Bearer", "expires_in": 60})
            else:
                self._answer({"error": "invalid_grant"}, 400)

        def _answer(self, body: dict[str, Any], status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *args: Any) -> None:
            """Nothing beside the test's own words."""

    return Handler
