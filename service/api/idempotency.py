"""A POST under an Idempotency-Key happens once, and a repeat gets the first answer.

The answer is stored in the transaction that does the work, so either both are there after a
crash or neither is. What was refused changed nothing and is not stored: asking again asks anew.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, request

from service.api.troubles import trouble
from service.errors import AlreadyThere, Invalid, ServiceError
from service.records import Reply
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.actors import Actor
    from service.ports.records import Unit

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
#: No comma: two such headers reach us as one, with a comma between them (RFC 9110, 5.3).
FORM = re.compile(r"^[!-+\--~]{1,255}$")
#: What of an answer belongs to the work and not to the one request.
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Content-Language")


class KeyReused(ServiceError):
    status = 422
    code = "idempotency-key-reused"
    title = Text(zh="Idempotency-Key 已用于其他请求", en="The key belongs to another request")


class StillRunning(AlreadyThere):
    """The first request under this key has not been answered yet."""

    code = "still-running"
    title = Text(zh="同一请求仍在处理", en="The same request is still being handled")
    retry_after_s = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request under a key; `id` is the same for all its repeats."""

    id: str
    request_hash: str


class Running:
    """Keys in hand in this process; across processes the unique row decides."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def hold(self, attempt: Attempt) -> Iterator[None]:
        """Hold the key for a block. Raises StillRunning where somebody does."""
        with self._lock:
            if attempt.id in self._ids:
                raise StillRunning(
                    Text(
                        zh="带同一 Idempotency-Key 的请求正在处理。",
                        en="A request with the same Idempotency-Key is being handled.",
                    ),
                    remedy=Text(
                        zh="请稍后重试，将得到第一次的答复。",
                        en="Ask again in a moment; you will get its answer.",
                    ),
                )
            self._ids.add(attempt.id)
        try:
            yield
        finally:
            with self._lock:
                self._ids.discard(attempt.id)


def attempt(actor: Actor, content: bytes) -> Attempt | None:
    """Read the key of the current request; None without one. Raises Invalid for a bad one.

    `content` stands for the body: what is the same request gives the same bytes.
    """
    found = attempt_id(actor)
    return None if found is None else attempt_under(found, content)


def attempt_under(found: str, content: bytes) -> Attempt:
    """Give the attempt whose id was read already."""
    query = request.query_string.decode("latin-1")
    return Attempt(id=found, request_hash=_hash(request.path, query, content.hex()))


def attempt_id(actor: Actor) -> str | None:
    """Give what all repeats of the current request have in common; None without a key.

    Raises Invalid for a key of the wrong form.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return None
    if not FORM.fullmatch(key):
        expected = Text(
            zh="一个键：1 到 255 个可见 ASCII 字符，不含空格和逗号",
            en="one key of 1 to 255 visible ASCII characters, no spaces or commas",
        )
        found = trouble(HEADER, seen=_wrong_about(key), expected=expected)
        raise Invalid(
            found.message,
            remedy=Text(zh="建议使用 UUID。", en="A UUID does well."),
            troubles=(found,),
        )
    rule = request.url_rule.rule if request.url_rule else ""
    return _hash(actor.person_id, request.method, rule, key)


def _wrong_about(key: str) -> Text:
    """Say what keeps a key from being one. Headers come as Latin-1: a character is a byte."""
    if not key:
        return Text(zh="空值", en="nothing")
    if "," in key:
        return Text(zh="逗号，或两个这样的头", en="a comma, or two such headers")
    for place, character in enumerate(key, start=1):
        if not "!" <= character <= "~":
            byte = f"0x{ord(character):02X}"
            return Text(zh=f"第 {place} 位的字节 {byte}", en=f"the byte {byte} at place {place}")
    return Text(zh=f"{len(key)} 个字符", en=f"{len(key)} characters")


def canonical(body: object) -> bytes:
    """Give a JSON body in one form, so that spaces and the order of keys do not matter."""
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def replay(unit: Unit, this: Attempt) -> Response | None:
    """Give the first answer again; None where there is none. Raises KeyReused."""
    reply = unit.replies.get(this.id)
    return None if reply is None else again(reply, this)


def again(reply: Reply, this: Attempt) -> Response:
    """Give a stored answer to this attempt. Raises KeyReused."""
    if reply.request_hash != this.request_hash:
        found = trouble(
            HEADER,
            seen=request.headers.get(HEADER, "")[:80],
            expected=Text(zh="新的键，或与第一次相同的请求", en="a new key, or the first request"),
        )
        raise KeyReused(
            Text(
                zh="这个 Idempotency-Key 已用于内容不同的请求。",
                en="This Idempotency-Key was used for a request with other content.",
            ),
            remedy=Text(
                zh="新请求请用新键；重试请发送完全相同的内容。没有保存任何内容。",
                en="Use a new key for a new request; to repeat, send the same. Nothing was stored.",
            ),
            troubles=(found,),
        )
    response = Response(reply.body, status=reply.status)
    response.headers.update(reply.headers)
    response.headers[REPLAYED] = "true"
    return response


def keep(unit: Unit, this: Attempt, response: Response) -> None:
    """Store the answer with the work. Raises AlreadyThere where somebody was faster."""
    found = [(name, response.headers.get(name)) for name in KEPT_HEADERS]
    headers = {name: value for name, value in found if value is not None}
    unit.replies.add(
        Reply(
            id=this.id,
            request_hash=this.request_hash,
            status=response.status_code,
            body=response.get_data(as_text=True),
            headers=headers,
            created_at=unit.now(),
        )
    )


def refuse_key() -> None:
    """Raise Invalid where a key is sent to a route whose answer holds a secret."""
    if HEADER in request.headers:
        found = trouble(HEADER, seen="a key", expected=Text(zh="不带此头", en="no such header"))
        raise Invalid(
            Text(
                zh="这里的答复含有密钥，不会被保存，因此不接受 Idempotency-Key。",
                en="The answer here holds a secret, which is never stored: no Idempotency-Key.",
            ),
            remedy=Text(
                zh="请去掉该头；若答复丢失，请重新创建并吊销旧的。",
                en="Leave it out; when the answer got lost, ask for another one.",
            ),
            troubles=(found,),
        )


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
