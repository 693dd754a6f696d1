"""One signature of a domain: what it says, and whether it holds (RFC 6376, 6.1)."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from verification.readers.dkim import tags as dkim_tags
from verification.readers.dkim.keys import ALGORITHMS, Key, find_key, holds
from verification.readers.dkim.tags import (
    Form,
    TagError,
    canonical_body,
    canonical_field,
    packed,
    read_tags,
    without_value,
)

if TYPE_CHECKING:
    from verification.readers.mime.fields import Field, Header
    from verification.values import MailKey

_DOMAIN = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_-]{1,63})+")
_SELECTOR = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,250})")
_NUMBER = re.compile(r"[0-9]{1,12}")
#: A signature names no more fields than this.
_MOST_NAMES = 500

Outcome = Literal["intact", "weak", "testing", "body", "value"]


@dataclass(slots=True)
class Message:
    """A mail as DKIM sees it: its fields, and its body with the line ends that were signed."""

    data: bytes
    header: Header
    _bodies: dict[Form, bytes] = field(default_factory=dict)

    def body(self, form: Form) -> bytes:
        if form not in self._bodies:
            raw = dkim_tags.to_crlf(self.data[self.header.end :])
            self._bodies[form] = canonical_body(raw, form)
        return self._bodies[form]


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """The tags of one signature, checked for their form. `where` is its field."""

    where: Field
    tags: dict[str, str]
    domain: str
    selector: str
    algorithm: str
    header_form: Form
    body_form: Form
    #: Lower-case names in the order of h=.
    names: tuple[str, ...]
    #: Octets of the canonical body that are signed; None: all.
    length: int | None

    @cached_property
    def record(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    def seconds(self, name: str) -> int | None:
        """Give t= or x=. Raises TagError for what is no number."""
        written = packed(self.tags.get(name, ""))
        if not written:
            return None
        if _NUMBER.fullmatch(written) is None:
            raise TagError(f"{name}={written[:20]}")
        return int(written)


def read_claimed(where: Field, *, needs: tuple[str, ...] = ("v", "bh", "h")) -> Claimed:
    """Read a signature field. Raises TagError for one that no verifier may accept."""
    tags = read_tags(where.raw)
    missing = [name for name in ("a", "b", "d", "s", *needs) if not tags.get(name)]
    if missing:
        raise TagError(f"no {missing[0]}=")
    if "v" in needs and tags["v"] != "1":
        raise TagError(f"v={tags['v'][:20]}")
    domain, selector, algorithm = (packed(tags[name]).lower() for name in ("d", "s", "a"))
    if algorithm not in ALGORITHMS:
        raise TagError(f"a={algorithm[:30]}")
    if len(domain) > 253 or _DOMAIN.fullmatch(domain) is None:  # noqa: PLR2004 - RFC 1035
        raise TagError("d= is no domain")
    if _SELECTOR.fullmatch(selector) is None:
        raise TagError("s= is no selector")
    _check_query(tags)
    header_form, body_form = _forms(packed(tags.get("c", "simple/simple")).lower())
    return Claimed(
        where=where,
        tags=tags,
        domain=domain,
        selector=selector,
        algorithm=algorithm,
        header_form=header_form,
        body_form=body_form,
        names=_names(tags.get("h", "")),
        length=_length(tags),
    )


def _check_query(tags: dict[str, str]) -> None:
    if "q" in tags and "dns/txt" not in packed(tags["q"]).lower().split(":"):
        raise TagError(f"q={tags['q'][:20]}")


def _names(written: str) -> tuple[str, ...]:
    names = tuple(name.lower() for name in packed(written).split(":") if name)
    if len(names) > _MOST_NAMES:
        raise TagError(f"{len(names)} names in h=")
    return names


def _forms(written: str) -> tuple[Form, Form]:
    forms: dict[str, Form] = {"simple": "simple", "relaxed": "relaxed"}
    header, _, body = written.partition("/")
    try:
        return forms[header], forms[body or "simple"]
    except KeyError:
        raise TagError(f"c={written[:30]}") from None


def _length(tags: dict[str, str]) -> int | None:
    if "l" not in tags:
        return None
    written = packed(tags["l"])
    if _NUMBER.fullmatch(written) is None:
        raise TagError(f"l={written[:20]}")
    return int(written)


def body_fits(message: Message, claimed: Claimed) -> bool:
    """Tell whether the digest of the body is the one that was signed (RFC 6376, 3.7)."""
    body = message.body(claimed.body_form)
    if claimed.length is not None:
        if claimed.length > len(body):
            return False
        body = body[: claimed.length]
    digest = hashlib.new(claimed.algorithm.partition("-")[2], body).digest()
    return digest == _decoded(claimed.tags["bh"], "bh")


def signed_header(message: Message, claimed: Claimed) -> bytes:
    """Give the bytes of the header that are signed: each name takes the next field from below."""
    left = {name: message.header.all(name) for name in set(claimed.names)}
    pieces = []
    for name in claimed.names:
        if left[name]:
            field_ = left[name].pop()
            pieces.append(canonical_field(message.data, field_, claimed.header_form))
    own = without_value(message.data, claimed.where, claimed.header_form)
    return b"".join((*pieces, own))


def verify(message: Message, claimed: Claimed, keys: tuple[MailKey, ...]) -> tuple[Outcome, Key]:
    """Verify one signature. Raises TagError, and what `find_key` raises."""
    value = value_of(claimed)
    key = find_key(keys, claimed.domain, claimed.selector)
    _check_identity(claimed, key)
    if not holds(key, claimed.algorithm, value, signed_header(message, claimed)):
        return "value", key
    if not body_fits(message, claimed):
        return "body", key
    return outcome_of(claimed, key), key


def outcome_of(claimed: Claimed, key: Key) -> Outcome:
    """Weigh algorithms and key of a signature that holds."""
    if key.testing:
        return "testing"
    return "weak" if key.is_weak or claimed.algorithm == "rsa-sha1" else "intact"


def _check_identity(claimed: Claimed, key: Key) -> None:
    """RFC 6376, 3.5: i= must be in the domain d=, and be it where the record says so."""
    named = packed(claimed.tags.get("i", "")).lower().rpartition("@")[2]
    if not named:
        return
    if named != claimed.domain and (key.strict or not named.endswith(f".{claimed.domain}")):
        raise TagError("i= is not in d=")


def _decoded(written: str, name: str) -> bytes:
    try:
        return b64decode(packed(written), validate=True)
    except ValueError as error:
        raise TagError(f"{name}= is no base64") from error


def value_of(claimed: Claimed) -> bytes:
    """Give the signature value. Raises TagError."""
    return _decoded(claimed.tags["b"], "b")
