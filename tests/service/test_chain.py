"""The hash chain: canonical JSON after RFC 8785, and no change that goes unseen."""

from __future__ import annotations

import hashlib
import json
import math
import struct
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import chain
from service.records import AuditEntry, AuditHead

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-chain.EXACT_INTEGER, chain.EXACT_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("bits", "written"),
    [
        # RFC 8785, appendix B.
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_ecmascript_does(bits: str, written: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert chain.canonical(value) == written.encode()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}', id="sorted, no space"),
        pytest.param({"\ufb33": 1, "\U0001f600": 2}, '{"😀":2,"\ufb33":1}', id="UTF-16 order"),
        pytest.param('€$\x0f\nA\'B"\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\"/"', id="escapes"),
        pytest.param((1.0, -1, 10**15), "[1,-1,1000000000000000]", id="a tuple, whole floats"),
        pytest.param({}, "{}", id="an empty object"),
        pytest.param([], "[]", id="an empty array"),
    ],
)
def test_canonical_form(value: Any, written: str) -> None:
    assert chain.canonical(value) == written.encode("utf-8")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(math.nan, id="not a number"),
        pytest.param(math.inf, id="infinity"),
        pytest.param(2**53, id="an integer that not every reader knows"),
        pytest.param("\ud800", id="half a pair"),
        pytest.param({"\udfff": 1}, id="half a pair as a name"),
        pytest.param({1: 2}, id="a name that is no string"),
        pytest.param({1, 2}, id="a set"),
        pytest.param(b"x", id="bytes"),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(chain.NotCanonical):
        chain.canonical([value])


@given(JSON)
def test_canonical_json_says_the_same_and_is_a_fixed_point(value: Any) -> None:
    written = chain.canonical(value)
    # As ECMAScript reads numbers: all of them are doubles.
    again = json.loads(written, parse_int=float)
    assert again == value
    assert chain.canonical(again) == written


@given(JSON)
def test_the_order_of_names_does_not_matter(value: Any) -> None:
    def backwards(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: backwards(part[name]) for name in reversed(part)}
        return [backwards(item) for item in part] if isinstance(part, list) else part

    assert chain.canonical(backwards(value)) == chain.canonical(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back_bit_for_bit(value: float) -> None:
    assert float(json.loads(chain.canonical(value))) == value


@pytest.fixture
def linked() -> list[AuditEntry]:
    """Five entries, honestly chained."""
    return link(5)


def test_an_honest_chain_holds(linked: list[AuditEntry]) -> None:
    assert chain.verify(linked, head_of(linked)) == ()
    assert chain.verify([], AuditHead(seq=0, hash=chain.GENESIS)) == ()


@pytest.mark.parametrize(
    ("change", "seq", "what"),
    [
        pytest.param({"reason": "x"}, 3, "hash", id="a reason"),
        pytest.param({"actor": "x"}, 3, "hash", id="an actor"),
        pytest.param({"at": datetime(2026, 1, 2, tzinfo=UTC)}, 3, "hash", id="a time"),
        pytest.param({"after": {"n": 9}}, 3, "after", id="the state after"),
        pytest.param({"after": None}, 3, "after", id="the state after, gone"),
        pytest.param({"hash": "0" * 64}, 3, "hash", id="the hash itself"),
        pytest.param({"previous": "0" * 64}, 3, "previous", id="the link"),
        pytest.param({"seq": 7}, 7, "sequence", id="the number"),
        pytest.param({"after": {"n": math.nan}}, 3, "unreadable", id="no JSON any more"),
    ],
)
def test_a_changed_field_is_named(
    linked: list[AuditEntry], change: dict[str, Any], seq: int, what: str
) -> None:
    head = head_of(linked)
    linked[2] = replace(linked[2], **change)
    breaks = chain.verify(linked, head)
    assert (seq, what) in {(found.seq, found.what) for found in breaks}


def test_a_hash_is_over_the_canonical_form_of_all_other_fields(linked: list[AuditEntry]) -> None:
    for one in linked:
        covered = {name: getattr(one, name) for name in chain.COVERED}
        covered["at"] = one.at.isoformat(timespec="microseconds")
        leaf = hashlib.sha256(b"\x00" + chain.canonical(covered)).hexdigest()
        given = {name: getattr(one, name) for name in chain.COVERED if name != "after_hash"}
        assert chain.entry_hash(one) == chain.sealed(given).hash == leaf
        assert chain.sealed(given) == one


@pytest.mark.parametrize("at", range(5))
def test_a_missing_entry_is_seen_wherever_it_was(linked: list[AuditEntry], at: int) -> None:
    head = head_of(linked)
    del linked[at]
    assert chain.verify(linked, head)


@pytest.mark.parametrize("what", chain.REASONS)
def test_every_break_is_told_in_both_languages(what: str) -> None:
    found = chain.Break(seq=1, what=what, expected="{1}", seen="{2}")
    assert "{2}" in found.reason.zh
    assert "{2}" in found.reason.en


def test_a_rewritten_entry_breaks_the_next_link(linked: list[AuditEntry]) -> None:
    head = head_of(linked)
    forged = replace(linked[1], reason="forged")
    linked[1] = replace(forged, hash=chain.entry_hash(forged))
    assert [(found.seq, found.what) for found in chain.verify(linked, head)] == [(3, "previous")]


def test_a_missing_head_and_an_unreadable_row_are_breaks(linked: list[AuditEntry]) -> None:
    assert [found.what for found in chain.verify(linked, None)] == ["head"]
    gone = chain.Break(seq=3, what="unreadable", expected="an entry", seen="rubbish")
    assert gone in chain.verify([*linked[:2], gone, *linked[3:]], head_of(linked))


def head_of(entries: list[AuditEntry]) -> AuditHead:
    return AuditHead(seq=entries[-1].seq, hash=entries[-1].hash)


def link(count: int) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for number in range(1, count + 1):
        entry = AuditEntry(
            seq=number,
            at=datetime(2026, 1, 1, tzinfo=UTC),
            actor="p1",
            action="deliverables.upload",
            object_kind="deliverable",
            object_id=f"d{number}",
            before_hash=None,
            after_hash=chain.digest({"n": number}),
            after={"n": number},
            reason="上传",
            request_id=None,
            previous=entries[-1].hash if entries else chain.GENESIS,
            hash="",
        )
        entries.append(replace(entry, hash=chain.entry_hash(entry)))
    return entries
