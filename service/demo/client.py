"""A small HTTP client for the service's own API: what any program of a customer would do."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_S = 60
JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file of a multipart upload."""

    name: str
    media_type: str
    data: bytes


class Refused(Exception):
    """The service said no; carries the status and the problem+json that explains it."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('title')}: {problem.get('detail')}")
        self.status = status
        self.problem = problem


class Client:
    """One person at the API, over one connection: a context manager, not safe for threads."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._connection = HTTPConnection(
            parts.hostname or "127.0.0.1", parts.port or 80, timeout=TIMEOUT_S
        )
        self._credentials: dict[str, str] = {}
        self._cookies = SimpleCookie()

    def sign_in(self, login: str, password: str) -> None:
        """Act as this person from now on. Raises Refused."""
        self._credentials = {}
        body = json.dumps({"login": login, "password": password}).encode()
        answer = self._ask("POST", "/api/v1/sessions", body, {"Content-Type": JSON})
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in self._cookies.items())
        self._credentials = {"Cookie": cookies, "X-CSRF-Token": answer["csrf_token"]}

    def get(self, path: str, **query: str) -> Any:
        """Give the JSON at `path`. Raises Refused."""
        address = f"{path}?{urlencode(query)}" if query else path
        return self._ask("GET", address, b"", {})

    def post(self, path: str, body: Mapping[str, Any], *, key: str | None = None) -> Any:
        """Send JSON under an Idempotency-Key, a fresh one where none is given. Raises Refused."""
        headers = {
            "Content-Type": JSON,
            "Idempotency-Key": key or secrets.token_hex(16),
        }
        return self._ask("POST", path, json.dumps(body).encode(), headers)

    def upload(self, path: str, file: Attachment, *, key: str) -> Any:
        """Send one file as the part ``file`` of a form. Raises Refused."""
        boundary = secrets.token_hex(16)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Idempotency-Key": key,
        }
        return self._ask("POST", path, _form(boundary, file), headers)

    def download(self, path: str) -> bytes:
        """Give the bytes at `path`. Raises Refused."""
        return self._send("GET", path, b"", {"Accept": "*/*"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        content = self._send(method, path, body, headers)
        return json.loads(content) if content else {}

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        sent = {"Accept": JSON, "Accept-Language": "zh", **self._credentials, **headers}
        self._connection.request(method, path, body=body, headers=sent)
        answer = self._connection.getresponse()
        content = answer.read()
        self._cookies.load(answer.headers.get("Set-Cookie", ""))
        if answer.status >= 400:  # noqa: PLR2004 - RFC 9110: 4xx and 5xx are refusals
            raise Refused(answer.status, json.loads(content))
        return content


def _form(boundary: str, file: Attachment) -> bytes:
    # RFC 7578: the name as UTF-8, quotes and line ends percent-encoded.
    name = file.name.translate({ord('"'): "%22", ord("\r"): "%0D", ord("\n"): "%0A"})
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {file.media_type}\r\n\r\n"
    )
    return head.encode() + file.data + f"\r\n--{boundary}--\r\n".encode()
