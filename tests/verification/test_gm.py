"""SM2 by the standard's own example, ASN.1 from anywhere, certificates and their chains."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verification import national as gm
from tests.verification import sealing as made
from verification import sm2
from verification.readers.gm import chain, der, values
from verification.readers.gm.certificate import Certificate, read_certificate
from verification.readers.gm.der import DerError
from verification.readers.gm.message import read_message
from verification.readers.ofd.ses import read_sealed

#: GM/T 0003.5, A.2: key, message and signature over the recommended curve.
EXAMPLE_KEY = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
EXAMPLE_R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
EXAMPLE_S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA


def test_the_standards_example_holds_and_nothing_near_it() -> None:
    key = sm2.read_key(EXAMPLE_KEY)
    digest = key.digest(b"message digest")
    assert digest.hex() == "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
    assert sm2.verify(key, digest, (EXAMPLE_R, EXAMPLE_S))
    assert not sm2.verify(key, digest, (EXAMPLE_R, EXAMPLE_S + 1))
    assert not sm2.verify(key, digest, (EXAMPLE_R + sm2.N, EXAMPLE_S))
    assert not sm2.verify(key, digest, (EXAMPLE_S, EXAMPLE_R))
    assert not sm2.verify(key, key.digest(b"another"), (EXAMPLE_R, EXAMPLE_S))
    assert not sm2.verify(key, key.digest(b"message digest", b"ALICE"), (EXAMPLE_R, EXAMPLE_S))


@pytest.mark.parametrize(
    "pair", [(0, 1), (1, 0), (sm2.N, 1), (1, sm2.N - 1), (-1, 1), (5, sm2.N - 5)]
)
def test_numbers_out_of_range_never_hold(pair: tuple[int, int]) -> None:
    key = sm2.read_key(EXAMPLE_KEY)
    assert not sm2.verify(key, key.digest(b"x"), pair)


def test_sm3_is_the_standards_own() -> None:
    """GB/T 32905, A.1."""
    wanted = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm2.sm3(b"abc").hex() == wanted


@given(st.integers(1, sm2.N - 1), st.integers(1, sm2.N - 1))
@settings(max_examples=25, deadline=None)
def test_two_multiples_at_once_are_the_sum_of_each(first: int, second: int) -> None:
    """Both are multiples of the base point, so the sum is known otherwise, too."""
    point = sm2.multiply_two(second, 0, sm2.G)
    assert point is not None
    assert sm2.multiply_two(first, 1, point) == sm2.multiply_two((first + second) % sm2.N, 0, sm2.G)
    assert sm2.multiply_two(0, second, sm2.G) == point


@given(st.binary(min_size=1, max_size=40), st.integers(1, 2**64))
@settings(max_examples=25, deadline=None)
def test_what_was_signed_verifies_and_what_was_not_does_not(message: bytes, secret: int) -> None:
    pair = gm.Sm2Pair(secret)
    numbers = pair.numbers(pair.public.digest(message))
    assert sm2.verify(pair.public, pair.public.digest(message), numbers)
    assert not sm2.verify(pair.public, pair.public.digest(message + b"!"), numbers)


def test_a_compressed_point_is_the_same_key() -> None:
    key = sm2.read_key(EXAMPLE_KEY)
    assert sm2.read_key(bytes([2 + key.y % 2]) + EXAMPLE_KEY[1:33]) == key


@pytest.mark.parametrize(
    "point",
    [
        b"",
        EXAMPLE_KEY[:-1],
        EXAMPLE_KEY[:-1] + b"\0",
        b"\2" + b"\xff" * 32,
        b"\0" * 65,
        b"\7" + EXAMPLE_KEY[1:],
    ],
)
def test_what_is_no_point_is_refused(point: bytes) -> None:
    with pytest.raises(sm2.PointError):
        sm2.read_key(point)


SAMPLES = (
    gm.holder().der,
    gm.message(b"x", gm.holder(), time=gm.SEALED),
    made.seal_up(made.plain())["Doc_0/Signs/Sign_0/SignedValue.dat"],
)


def walk(element: der.Element, left: int = 2_000) -> None:
    """Ask an element everything it can be asked."""
    asked = (element.integer, element.oid, element.octets, element.bits, element.text, element.time)
    for ask in (*asked, element.boolean):
        with suppress(DerError):
            ask()
    with suppress(DerError):
        for child in element.children()[:left]:
            walk(child, left // 2)


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (read_certificate, read_message, read_sealed):
        with suppress(DerError):
            read(data)
    with suppress(DerError):
        walk(der.read(data))


@given(st.sampled_from(SAMPLES), st.data())
@settings(max_examples=400, deadline=None)
def test_damaged_messages_are_read_or_refused(sample: bytes, data: st.DataObject) -> None:
    damaged = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    for read in (read_certificate, read_message, read_sealed):
        for form in (bytes(damaged), cut):
            with suppress(DerError):
                read(form)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"", "cut off", id="nothing"),
        pytest.param(b"\x30\x05\x02\x01", "5 bytes promised", id="less than was promised"),
        pytest.param(b"\x30\x85\1\1\1\1\1", "a length of 5 bytes", id="a length without end"),
        pytest.param(b"\x1f\x81\1\0", "several bytes", id="a long tag"),
        pytest.param(b"\4\x80\0\0", "not allowed", id="indefinite, not constructed"),
        pytest.param(b"\x30\x80" * 40, "not allowed", id="indefinite, forty deep"),
        pytest.param(b"\5\0x", "1 bytes follow", id="something behind"),
    ],
)
def test_faults_of_encoding_are_told(data: bytes, says: str) -> None:
    with pytest.raises(DerError, match=says):
        der.read(data)


def test_indefinite_lengths_and_strings_in_pieces_are_read() -> None:
    element = der.read(b"\x24\x80\4\2ab\4\1c\0\0" + b"\0" * 9)
    assert element.octets() == b"abc"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        pytest.param(b"20240506070809Z", gm.SEALED, id="as DER wants it"),
        pytest.param(b"240506070809Z", gm.SEALED, id="with two digits of the year"),
        pytest.param(b"20240506150809+0800", gm.SEALED, id="with an offset"),
        pytest.param(b"20240506070809.5Z", gm.SEALED, id="with a fraction"),
        pytest.param(b"500101000000Z", datetime(1950, 1, 1, tzinfo=UTC), id="the last century"),
        pytest.param(b"2024-05-06", None, id="another form"),
        pytest.param(b"20241306070809Z", None, id="a thirteenth month"),
        pytest.param(b"00010101000000+0100", None, id="before the calendar"),
    ],
)
def test_times(text: bytes, time: datetime | None) -> None:
    if time is None:
        with pytest.raises(DerError):
            der.read_time(text)
    else:
        assert der.read_time(text) == time


def certificate(who: gm.Holder) -> Certificate:
    return read_certificate(who.der)


ROOT = gm.authority()
BELOW = gm.authority("二级机构", issuer="国密测试根")
NOT_CA = gm.authority("不是机构", issuer="国密测试根", ca=False)
DEEP = [gm.authority(f"第{n}级", issuer=f"第{n - 1}级" if n else "国密测试根") for n in range(9)]


@pytest.mark.parametrize(
    ("who", "others", "outcome"),
    [
        pytest.param(gm.holder(), [], "trusted", id="right below the root"),
        pytest.param(ROOT, [], "bad", id="the root itself, which may issue and not sign"),
        pytest.param(gm.holder("Z"), [ROOT], "trusted", id="the root lies beside it, too"),
        pytest.param(gm.holder("Z", issuer="陌生根"), [], "unknown", id="another root"),
        pytest.param(
            gm.holder("Z", issuer="陌生根"),
            [gm.authority("陌生根")],
            "unknown",
            id="another root that came along",
        ),
        pytest.param(gm.authority("X", kind="rsa"), [], "unknown", id="a root by RSA, unknown"),
    ],
)
def test_chains(who: gm.Holder, others: list[gm.Holder], outcome: str) -> None:
    found = chain.find_chain(
        certificate(who), [certificate(other) for other in others], [ROOT.der], at=gm.NOW
    )
    assert found.outcome == outcome


def below(issuer: gm.Holder) -> Certificate:
    """Give someone whom `issuer` certified, authority or not."""
    made = gm.certify("末端", gm.pair("末端"), issuer, [], validity=(gm.BEGIN, gm.END))
    return certificate(made)


@pytest.mark.parametrize(
    ("issuer", "others", "at", "outcome"),
    [
        pytest.param(BELOW, [BELOW], gm.NOW, "trusted", id="over an authority in between"),
        pytest.param(BELOW, [], gm.NOW, "unknown", id="the one in between is missing"),
        pytest.param(NOT_CA, [NOT_CA], gm.NOW, "bad", id="issued by who may not issue"),
        pytest.param(
            BELOW, [BELOW], datetime(2041, 1, 1, tzinfo=UTC), "outside", id="after the end"
        ),
        pytest.param(DEEP[5], DEEP[:6], gm.NOW, "trusted", id="eight links"),
        pytest.param(DEEP[6], DEEP[:7], gm.NOW, "unknown", id="nine links are too many"),
    ],
)
def test_longer_chains(
    issuer: gm.Holder, others: list[gm.Holder], at: datetime, outcome: str
) -> None:
    found = chain.find_chain(
        below(issuer), [certificate(other) for other in others], [ROOT.der], at=at
    )
    assert found.outcome == outcome


def test_a_thousand_issuers_of_one_name_cost_little() -> None:
    others = [certificate(gm.authority("陌生根"))] * 1_000
    found = chain.find_chain(
        certificate(gm.holder("Z", issuer="陌生根")), others, [ROOT.der], at=gm.NOW
    )
    assert found.outcome == "unknown"


def test_a_certificate_is_read_as_it_was_written() -> None:
    read = certificate(gm.holder())
    assert (read.subject, read.organisation, read.issuer) == ("甲公司", "测试单位", "国密测试根")
    assert (read.not_before, read.not_after) == (gm.BEGIN, gm.END)
    assert read.emails == ("seal@example.com",)
    assert read.may_sign()
    assert not read.may_issue()
    assert certificate(ROOT).may_issue()


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("SM3", "sm3"),
        ("1.2.156.10197.1.401", "sm3"),
        ("SHA-256", "sha256"),
        ("sha1", "sha1"),
        (" MD5 ", "md5"),
        ("", None),
        ("rot13", None),
    ],
)
def test_digests_are_known_by_their_names(name: str, ours: str | None) -> None:
    assert values.digest_named(name) == ours
