"""The audit trail as a hash chain: pure, so that anybody can check it with a copy of the rows.

Each entry's hash is SHA-256 over a zero byte (RFC 6962's leaf prefix) and the canonical JSON
(RFC 8785) of all its other fields, `previous` among them. The head, kept apart, says where the
chain ends. Whoever can rewrite rows *and* head can still cut the end off: note the head elsewhere.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from json.encoder import encode_basestring as _quoted
from typing import TYPE_CHECKING, Any

from service.records import AuditEntry
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.records import AuditHead

#: What the first entry names as `previous`.
GENESIS = hashlib.sha256(b"countermark audit trail, first link").hexdigest()
LEAF = b"\x00"
COVERED = tuple(field.name for field in fields(AuditEntry) if field.name != "hash")
_SORTED = tuple(sorted(COVERED))
#: Integers beyond this are not the same number to every reader of JSON (RFC 7493, 2.2).
EXACT_INTEGER = 2**53 - 1
#: From this power of ten on, and below 1e-6, ECMAScript writes numbers with an exponent.
FIXED_DIGITS, FIXED_ZEROS = 21, -6

REASONS = {
    "hash": Text(
        zh="内容与散列值不符：应为 {expected}，看到 {seen}。",
        en="Its content does not have its hash: expected {expected}, saw {seen}.",
    ),
    "previous": Text(
        zh="没有接在前一条之后：应为 {expected}，看到 {seen}。",
        en="It does not follow the entry before: expected {expected}, saw {seen}.",
    ),
    "sequence": Text(
        zh="序号不连续：应为 {expected}，看到 {seen}。",
        en="The numbers do not follow: expected {expected}, saw {seen}.",
    ),
    "after": Text(
        zh="变更后的状态与其散列值不符：应为 {expected}，看到 {seen}。",
        en="The state after does not have its hash: expected {expected}, saw {seen}.",
    ),
    "head": Text(
        zh="链尾与链头不符（序号:散列值）：应为 {expected}，看到 {seen}。",
        en="The chain does not end at its head (number:hash): expected {expected}, saw {seen}.",
    ),
    "unreadable": Text(zh="这一条无法读取：{seen}。", en="It cannot be read: {seen}."),
}


class NotCanonical(ValueError):
    """A value without canonical JSON: NaN, half a surrogate pair, a huge integer, a set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One place where the chain does not hold."""

    seq: int
    #: A key of REASONS.
    what: str
    expected: str
    seen: str

    @property
    def reason(self) -> Text:
        """What is wrong, for people."""
        text = REASONS[self.what]
        values = {"expected": self.expected, "seen": self.seen}
        return Text(zh=text.zh.format(**values), en=text.en.format(**values))


def canonical(value: Any) -> bytes:
    """Give the one way to write a JSON value down (RFC 8785). Raises NotCanonical."""
    return _encoded(_text(value))


def digest(value: Any) -> str:
    """Give SHA-256 over the canonical JSON, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def entry_hash(entry: AuditEntry) -> str:
    """Give the hash that the entry ought to carry. Raises NotCanonical."""
    covered = {name: getattr(entry, name) for name in COVERED}
    return _hash_of(covered, after=_text(entry.after))


def sealed(fields: Mapping[str, Any]) -> AuditEntry:
    """Make an entry of all its fields but `after_hash` and `hash`. Raises NotCanonical.

    The state after is the bulk of an entry: it is written down once for both.
    """
    after = _text(fields["after"])
    after_hash = None
    if fields["after"] is not None:
        after_hash = hashlib.sha256(_encoded(after)).hexdigest()
    covered = {**fields, "after_hash": after_hash}
    return AuditEntry(**covered, hash=_hash_of(covered, after=after))


def _hash_of(covered: Mapping[str, Any], *, after: str) -> str:
    members = [
        f'"{name}":{after if name == "after" else _text(_plain(covered[name]))}' for name in _SORTED
    ]
    return hashlib.sha256(LEAF + _encoded("{" + ",".join(members) + "}")).hexdigest()


def _text(value: Any) -> str:
    try:
        return _written(value)
    except RecursionError as error:
        raise NotCanonical("nested too deeply") from error


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(f"not a Unicode text: {error.object[error.start]!r}") from error


def verify(entries: Iterable[AuditEntry | Break], head: AuditHead | None) -> tuple[Break, ...]:
    """Walk the whole chain in order and name every place where it does not hold.

    A row that could not even be read comes as its own Break. No head is a break too.
    """
    breaks: list[Break] = []
    seq, last = 0, GENESIS
    for entry in entries:
        if isinstance(entry, Break):
            breaks.append(entry)
            seq = entry.seq
            continue
        breaks += _faults(entry, seq + 1, last)
        seq, last = entry.seq, entry.hash
    if head is None:
        breaks.append(Break(seq=seq, what="head", expected=last, seen="no head"))
    elif (head.seq, head.hash) != (seq, last):
        expected = f"{head.seq}:{head.hash}"
        breaks.append(Break(seq=seq, what="head", expected=expected, seen=f"{seq}:{last}"))
    return tuple(breaks)


def _faults(entry: AuditEntry, seq: int, last: str) -> Iterator[Break]:
    if entry.seq != seq:
        yield Break(seq=entry.seq, what="sequence", expected=str(seq), seen=str(entry.seq))
    if entry.previous != last:
        yield Break(seq=entry.seq, what="previous", expected=last, seen=str(entry.previous))
    try:
        after = None if entry.after is None else digest(entry.after)
        own = entry_hash(entry)
    except NotCanonical as error:
        yield Break(seq=entry.seq, what="unreadable", expected="canonical JSON", seen=str(error))
        return
    if entry.after_hash != after:
        yield Break(seq=entry.seq, what="after", expected=str(entry.after_hash), seen=str(after))
    if entry.hash != own:
        yield Break(seq=entry.seq, what="hash", expected=own, seen=str(entry.hash))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def _written(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, list | tuple):
        return f"[{','.join([_written(item) for item in value])}]"
    if isinstance(value, dict):
        return _members(value)
    raise NotCanonical(f"{type(value).__name__} is not a JSON value")


def _members(value: Mapping[Any, Any]) -> str:
    """Members sorted by the UTF-16 code units of their names (RFC 8785, 3.2.3)."""
    try:
        # Among ASCII names that is the order of the names themselves.
        plain = all(map(str.isascii, value))
        names = sorted(value) if plain else sorted(value, key=_units)
    except TypeError as error:
        raise NotCanonical("a name in an object is not a string") from error
    return "{" + ",".join([f"{_quoted(name)}:{_written(value[name])}" for name in names]) + "}"


def _units(name: str) -> bytes:
    return str.encode(name, "utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """Write a number as ECMAScript does (RFC 8785, 3.2.2.3): 1.0 is 1, 1e21 is 1e+21."""
    if isinstance(value, int):
        if abs(value) > EXACT_INTEGER:
            raise NotCanonical(f"an integer beyond 2^53: {value}")
        return int.__repr__(value)
    if not math.isfinite(value):
        raise NotCanonical(f"{value} is not a JSON number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = float.__repr__(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # The value is 0.DIGITS times ten to the power of `point`.
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    return sign + _layout(digits.rstrip("0"), point)


def _layout(digits: str, point: int) -> str:
    if len(digits) <= point <= FIXED_DIGITS:
        return digits.ljust(point, "0")
    if 0 < point <= FIXED_DIGITS:
        return f"{digits[:point]}.{digits[point:]}"
    if FIXED_ZEROS < point <= 0:
        return "0." + "0" * -point + digits
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{tail}e{point - 1:+d}"
