"""What is said of sealed OFDs: honest ones, attacked ones, and odd ones."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.verification import national as gm
from tests.verification import sealing as made
from tests.verification.sealing import Seal, Sealing
from verification import pipeline
from verification.limits import LimitExceeded, Limits
from verification.policies import load
from verification.readers import ofd
from verification.readers.gm.der import read as read_der
from verification.terms import Terms
from verification.values import Signature, Status, Submission, Trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.readers.ofd import SignedFile

ROOT = gm.authority().der
PASSED, UNKNOWN, FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
PAGE = "Doc_0/Pages/Page_0/Content.xml"
LIST = "Doc_0/Signs/Signatures.xml"
SIGNATURE = "Doc_0/Signs/Sign_0/Signature.xml"
VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"
CORE = ("OFD.xml", "Doc_0/Document.xml", "Doc_0/PublicRes.xml", "Doc_0/Res/logo.png", PAGE)


def read(data: bytes, anchors: tuple[bytes, ...] = (ROOT,)) -> SignedFile:
    return ofd.read(data, at=gm.NOW, anchors=anchors, limits=Limits())


def first(data: bytes, anchors: tuple[bytes, ...] = (ROOT,)) -> Signature:
    return read(data, anchors).signatures[0]


def parts(how: Sealing | None = None, *, pages: int = 1) -> made.Parts:
    return made.seal_up(made.plain(pages=pages), how)


def twice(how: Sealing | None = None) -> made.Parts:
    """Give a document that was sealed by one and then by another."""
    return made.seal_up(parts(how), Sealing(who=gm.holder("乙公司")), number=1)


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(Sealing(), id="GB/T 38540, version 4"),
        pytest.param(Sealing(form="v1", seal=Seal(version=1)), id="GM/T 0031, version 1"),
        pytest.param(Sealing(form="message"), id="GM/T 0010 with signed attributes"),
        pytest.param(
            Sealing(form="message", message={"of_digest": True, "signed": False, "raw": True}),
            id="GM/T 0010 straight over the digest of Signature.xml",
        ),
        pytest.param(
            Sealing(form="message", message={"types": (gm.CMS_SIGNED, gm.CMS_DATA)}),
            id="CMS by its usual identifiers",
        ),
        pytest.param(Sealing(raw_value=True), id="r and s side by side"),
        pytest.param(Sealing(separate_seal=True), id="the seal in a part of its own as well"),
        pytest.param(
            Sealing(seal=Seal(by_digest=True)), id="the seal names digests of certificates"
        ),
        pytest.param(Sealing(who=gm.holder("R", kind="rsa")), id="a signer with RSA"),
        pytest.param(
            Sealing(seal=Seal(maker=gm.holder("M", kind="rsa"))), id="a maker of seals with RSA"
        ),
        pytest.param(
            Sealing(method="1.2.156.10197.1.401.2", digest="z"), id="references digested with Z"
        ),
        pytest.param(Sealing(method="SM3"), id="the digest by its name"),
        pytest.param(Sealing(method="SHA-256", digest="sha256"), id="references by SHA-256"),
        pytest.param(Sealing(stamp=True), id="with a time stamp that is trusted"),
        pytest.param(Sealing(stamp="陌生根"), id="with a time stamp of an unknown authority"),
    ],
)
def test_an_honest_seal_passes_in_every_form(how: Sealing) -> None:
    signature = first(made.sealed(how))
    assert (signature.status, signature.sub_indication) == (PASSED, None)
    assert (signature.intact, signature.covers, signature.changed_parts) == (True, "whole", ())


def test_a_value_by_itself_passes_where_the_certificate_is_at_hand() -> None:
    data = made.sealed(Sealing(form="bare"))
    assert first(data).sub_indication == "NO_SIGNING_CERTIFICATE_FOUND"
    assert first(data, (ROOT, gm.holder().der)).status is PASSED


def altered(part: str, old: str, new: str, how: Sealing | None = None) -> bytes:
    return made.package(made.changed(parts(how), part, old, new))


def with_extra_page() -> bytes:
    """Append a page to a sealed document."""
    found = parts()
    found["Doc_0/Document.xml"] = made.document_xml((0, 1))
    found["Doc_0/Pages/Page_1/Content.xml"] = made.page_xml(made.text_object(1, "附件"))
    return made.package(found)


def with_annotation(how: Sealing | None = None) -> bytes:
    """Hide the price under an annotation whose parts the seal does not name."""
    plain = made.plain()
    listed = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
    plain["Doc_0/Document.xml"] = made.document_xml(extra=listed)
    found = made.seal_up(plain, how)
    found["Doc_0/Annots/Annotations.xml"] = (
        f'<ofd:Annotations {made.SPACE}><ofd:Page PageID="1"><ofd:FileLoc>/Doc_0/Annots/a.xml'
        "</ofd:FileLoc></ofd:Page></ofd:Annotations>"
    ).encode()
    found["Doc_0/Annots/a.xml"] = f"<ofd:PageAnnot {made.SPACE}/>".encode()
    return made.package(found)


def redirected() -> bytes:
    """Let OFD.xml lead to another document, where the seal does not cover OFD.xml."""
    found = parts(Sealing(cover=CORE[1:]))
    found["Doc_9/Document.xml"] = made.document_xml()
    found["OFD.xml"] = made.root_xml().replace(b"Doc_0/Document.xml", b"Doc_9/Document.xml")
    return made.package(found)


def list_rewritten() -> bytes:
    how = Sealing(cover=(*CORE, LIST))
    return altered(LIST, 'Type="Seal"', 'Type="Sign"', how)


def followed_by_a_forgery() -> bytes:
    """Put a further seal on whose value does not hold."""
    found = twice(Sealing(cover=(*CORE, LIST)))
    value = bytearray(found["Doc_0/Signs/Sign_1/SignedValue.dat"])
    value[-1] ^= 1
    return made.package({**found, "Doc_0/Signs/Sign_1/SignedValue.dat": bytes(value)})


def seal_exchanged() -> bytes:
    how = Sealing(separate_seal=True, cover=CORE)
    other = made.make_seal(Seal(name="乙公司"), gm.holder())
    return made.package({**parts(how), "Doc_0/Signs/Sign_0/Seal.esl": other})


def certificate_exchanged() -> bytes:
    found = parts()
    members = read_der(found[VALUE]).children()
    other = gm.octets(gm.holder("丙公司").der)
    value = gm.seq(members[0].raw, other, *(member.raw for member in members[2:]))
    return made.package({**found, VALUE: value})


@pytest.mark.parametrize(
    ("make", "status", "reason", "named"),
    [
        pytest.param(
            lambda: altered(PAGE, "100,000", "900,000"),
            FAILED,
            "CHANGED_AFTER_SIGNING",
            (PAGE,),
            id="a page rewritten",
        ),
        pytest.param(
            lambda: made.package({k: v for k, v in parts().items() if k != PAGE}),
            FAILED,
            "CHANGED_AFTER_SIGNING",
            (f"/{PAGE}",),
            id="a page taken out",
        ),
        pytest.param(
            with_extra_page,
            FAILED,
            "CHANGED_AFTER_SIGNING",
            ("Doc_0/Document.xml",),
            id="a page added",
        ),
        pytest.param(with_annotation, UNKNOWN, "CONTENT_NOT_COVERED", (), id="an annotation added"),
        pytest.param(redirected, UNKNOWN, "CONTENT_NOT_COVERED", (), id="another document shown"),
        pytest.param(
            lambda: made.sealed(Sealing(cover=CORE[:-1])),
            UNKNOWN,
            "CONTENT_NOT_COVERED",
            (),
            id="a page that was never covered",
        ),
        pytest.param(
            list_rewritten,
            FAILED,
            "CHANGED_AFTER_SIGNING",
            (LIST,),
            id="the list of seals rewritten",
        ),
        pytest.param(
            followed_by_a_forgery,
            FAILED,
            "CHANGED_AFTER_SIGNING",
            (LIST,),
            id="a further seal that is forged does not excuse the list",
        ),
        pytest.param(
            lambda: altered(SIGNATURE, "150 90", "10 10"),
            FAILED,
            "HASH_FAILURE",
            (),
            id="the seal moved on the page",
        ),
        pytest.param(seal_exchanged, FAILED, "FORMAT_FAILURE", (), id="the seal's part exchanged"),
        pytest.param(
            certificate_exchanged,
            FAILED,
            "SIG_CRYPTO_FAILURE",
            (),
            id="somebody else's certificate",
        ),
        pytest.param(
            lambda: made.sealed(Sealing(seal=Seal(forged=True))),
            FAILED,
            "SIG_CRYPTO_FAILURE",
            (),
            id="a seal that its maker did not sign",
        ),
        pytest.param(
            lambda: made.sealed(Sealing(seal=Seal(holders=(gm.holder("乙公司").der,)))),
            FAILED,
            "SIG_CONSTRAINTS_FAILURE",
            (),
            id="somebody else's seal",
        ),
        pytest.param(
            lambda: made.sealed(Sealing(seal=Seal(holders=()))),
            UNKNOWN,
            "SIG_CONSTRAINTS_FAILURE",
            (),
            id="a seal that names nobody",
        ),
        pytest.param(
            lambda: made.package(parts(), (PAGE, b"<x/>"), (PAGE, parts()[PAGE])),
            FAILED,
            "FORMAT_FAILURE",
            (),
            id="a page twice in the package",
        ),
        pytest.param(
            lambda: made.package({**parts(), PAGE.upper(): b"<x/>"}),
            FAILED,
            "FORMAT_FAILURE",
            (),
            id="a page twice, by letters of another case",
        ),
        pytest.param(
            lambda: made.sealed(Sealing(form="message", message={"enclosed": b"something else"})),
            FAILED,
            "FORMAT_FAILURE",
            (),
            id="a message that encloses something else",
        ),
        pytest.param(
            lambda: made.sealed(Sealing(stamp="copied")),
            FAILED,
            "HASH_FAILURE",
            (),
            id="a time stamp of another seal",
        ),
    ],
)
def test_what_was_done_to_a_sealed_file_is_told(
    make: Callable[[], bytes], status: Status, reason: str, named: tuple[str, ...]
) -> None:
    signature = first(make())
    assert (signature.status, signature.sub_indication) == (status, reason)
    assert signature.changed_parts == named
    assert signature.message is not None
    assert signature.remedy is not None
    assert signature.evidence


ABSURD = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("how", "anchors", "reasons"),
    [
        pytest.param(Sealing(), (), {"NO_CERTIFICATE_CHAIN_FOUND"}, id="nothing is trusted"),
        pytest.param(
            Sealing(who=gm.holder("E", issuer="陌生根")),
            (ROOT,),
            {"NO_CERTIFICATE_CHAIN_FOUND"},
            id="an issuer that is not trusted",
        ),
        pytest.param(
            Sealing(seal=Seal(maker=gm.holder("E", issuer="陌生根"))),
            (ROOT,),
            {"NO_CERTIFICATE_CHAIN_FOUND"},
            id="a maker of seals that is not trusted",
        ),
        pytest.param(
            Sealing(who=gm.holder("F", usage=0x30)),
            (ROOT,),
            {"CHAIN_CONSTRAINTS_FAILURE"},
            id="a certificate for encryption",
        ),
        pytest.param(
            Sealing(who=gm.holder("F", extra=gm.extension("1.2.3.4", b"\5\0", critical=True))),
            (ROOT,),
            {"CHAIN_CONSTRAINTS_FAILURE"},
            id="a critical extension that nobody knows",
        ),
        pytest.param(
            Sealing(who=gm.holder("G", end=datetime(2025, 1, 1, tzinfo=UTC))),
            (ROOT,),
            {"OUT_OF_BOUNDS_NO_POE"},
            id="a certificate that expired since",
        ),
        pytest.param(
            Sealing(seal=Seal(end=datetime(2025, 1, 1, tzinfo=UTC))),
            (ROOT,),
            {"OUT_OF_BOUNDS_NO_POE"},
            id="a seal that expired since",
        ),
        pytest.param(
            Sealing(who=gm.holder("G", end=datetime(2025, 1, 1, tzinfo=UTC)), stamp=True),
            (ROOT,),
            set(),
            id="a certificate that expired since, and a trusted stamp from before",
        ),
        pytest.param(
            Sealing(who=gm.holder("G", end=datetime(2024, 1, 1, tzinfo=UTC)), stamp=True),
            (ROOT,),
            {"EXPIRED", "TIME_CONTRADICTION"},
            id="a certificate that had expired when it was stamped",
        ),
        pytest.param(
            Sealing(seal=Seal(end=datetime(2024, 1, 1, tzinfo=UTC))),
            (ROOT,),
            {"EXPIRED", "OUT_OF_BOUNDS_NO_POE"},
            id="a seal that had expired by the signer's own word",
        ),
        pytest.param(
            Sealing(time=datetime(2027, 1, 1, tzinfo=UTC)),
            (ROOT,),
            {"TIME_CONTRADICTION"},
            id="sealed in the future",
        ),
        pytest.param(
            Sealing(written="20230506070809Z"),
            (ROOT,),
            {"TIME_CONTRADICTION"},
            id="Signature.xml gives another year",
        ),
        pytest.param(Sealing(written="2024-05-06 15:08:09"), (ROOT,), set(), id="local time"),
        pytest.param(Sealing(written="yesterday"), (ROOT,), set(), id="a time that is none"),
        pytest.param(
            Sealing(time=ABSURD[0]),
            (ROOT,),
            {"EXPIRED", "TIME_CONTRADICTION"},
            id="sealed in the year 1",
        ),
        pytest.param(
            Sealing(time=ABSURD[1], who=gm.holder("A", begin=ABSURD[0], end=ABSURD[1])),
            (ROOT,),
            {"EXPIRED", "TIME_CONTRADICTION"},
            id="sealed in the year 9999",
        ),
    ],
)
def test_trust_and_time(how: Sealing, anchors: tuple[bytes, ...], reasons: set[str]) -> None:
    signature = first(made.sealed(how), anchors)
    assert signature.intact
    assert {j.sub_indication for j in signature.judgements if j.sub_indication} == reasons
    assert (signature.status is PASSED) == (not reasons)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        pytest.param(Sealing(method="GOST", digest="crc32"), "FORMAT_FAILURE", id="unknown"),
        pytest.param(Sealing(method="SHA1"), "FORMAT_FAILURE", id="a name that lies"),
        pytest.param(Sealing(method=""), "FORMAT_FAILURE", id="no name means MD5, and is not"),
        pytest.param(
            Sealing(method="MD5", digest="md5"), "CRYPTO_CONSTRAINTS_FAILURE", id="MD5 for real"
        ),
        pytest.param(Sealing(without_z=True), "FORMAT_FAILURE", id="a signature without Z"),
        pytest.param(Sealing(imprint_only=True), "FORMAT_FAILURE", id="the digest alone signed"),
    ],
)
def test_odd_algorithms_are_never_a_pass_and_never_a_fail(how: Sealing, reason: str) -> None:
    signature = first(made.sealed(how))
    assert (signature.status, signature.sub_indication) == (UNKNOWN, reason)
    assert first(made.package(made.changed(parts(how), PAGE, "100", "900"))).status is not PASSED


def test_a_further_seal_leaves_the_first_one_standing() -> None:
    signatures = read(made.package(twice(Sealing(cover=(*CORE, LIST))))).signatures
    assert [(s.status, s.signer) for s in signatures] == [(PASSED, "甲公司"), (PASSED, "乙公司")]
    answers = [j for j in signatures[0].judgements if j.question == "changes"]
    assert LIST in answers[0].message.en


def test_what_is_not_shown_may_lie_beside_the_seal_and_is_told() -> None:
    signature = first(made.package({**parts(), "notes.txt": b"hello"}))
    assert (signature.status, signature.covers) == (PASSED, "part")
    assert signature.unsigned_parts == ("notes.txt",)


def test_a_document_without_any_seal_beside_a_sealed_one_is_told() -> None:
    plain = {**made.plain(), **{k: v for k, v in made.plain("Doc_1").items() if k != "OFD.xml"}}
    plain["OFD.xml"] = made.root_xml("Doc_0", "Doc_1")
    only = tuple(part for part in plain if not part.startswith("Doc_1"))
    found = read(made.package(made.seal_up(plain, Sealing(cover=only)))).signatures
    assert found[0].sub_indication == "CONTENT_NOT_COVERED"
    assert found[1].id == "Doc_1/Signs/Signatures.xml"  # named in OFD.xml, and not there
    assert first(made.package(made.seal_up(plain))).status is PASSED


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("/Doc_0/Pages", "Doc_0/Pages"), id="without the leading slash"),
        pytest.param(("/Doc_0/Pages", "/Doc_0/Res/../Pages"), id="by way of another folder"),
        pytest.param(("/Doc_0/Pages", "/../../Doc_0/Pages"), id="not out of the package"),
        pytest.param(("/Doc_0/Pages", "\\Doc_0\\Pages"), id="as Windows writes paths"),
        pytest.param(("/Doc_0/Pages", "/doc_0/PAGES"), id="in other letters"),
        pytest.param(("/Doc_0/Pages", "../../Pages"), id="from where Signature.xml lies"),
        pytest.param(("ofd:", "x:"), id="another prefix"),
        pytest.param(("www.ofdspec.org/2016", "www.ofdspec.org"), id="another namespace"),
    ],
)
def test_references_are_found_however_they_are_written(
    change: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = made._signature_xml  # noqa: SLF001 - the tests' own

    def rewrite(*arguments: object) -> bytes:
        xml = written(*arguments).decode()  # type: ignore[arg-type]  # passed on
        return (
            xml.replace(*change).replace("xmlns:ofd", f"xmlns:{change[1][:-1]}").encode()
            if (change[0] == "ofd:")
            else xml.replace(*change).encode()
        )

    monkeypatch.setattr(made, "_signature_xml", rewrite)
    assert first(made.sealed()).status is PASSED


ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><ofd:Signature xmlns:ofd="a">&a;</ofd:Signature>'


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({VALUE: b""}, id="an empty value"),
        pytest.param({VALUE: parts()[VALUE][:-9]}, id="a value cut short"),
        pytest.param({VALUE: b"\x30\x80" * 5000}, id="a value of nothing but beginnings"),
        pytest.param({VALUE: b"\x30\x84\xff\xff\xff\xff"}, id="a value that lies about its size"),
        pytest.param({VALUE: parts()[VALUE] + b"more"}, id="more after the value"),
        pytest.param({VALUE: b"x" * 500}, id="a value that is no ASN.1"),
        pytest.param({SIGNATURE: b"<ofd"}, id="broken XML"),
        pytest.param({SIGNATURE: ENTITY}, id="XML with an entity"),
        pytest.param({SIGNATURE: b"<a/>"}, id="other XML"),
        pytest.param({LIST: b"<ofd"}, id="a broken list"),
    ],
)
def test_what_is_not_understood_is_said_with_a_reason(change: made.Parts) -> None:
    signature = first(made.package({**parts(), **change}))
    assert (signature.status, signature.sub_indication) == (UNKNOWN, "FORMAT_FAILURE")
    assert not signature.intact
    assert signature.message is not None
    assert "(" in signature.message.en


@pytest.mark.parametrize("missing", [VALUE, SIGNATURE, LIST])
def test_a_part_that_is_gone_is_named(missing: str) -> None:
    found = {name: content for name, content in parts().items() if name != missing}
    signature = first(made.package(found))
    assert signature.status is UNKNOWN
    assert signature.message is not None
    assert missing in signature.message.en


def test_ten_thousand_signatures_meet_a_limit() -> None:
    entry = '<ofd:Signature ID="{}" BaseLoc="Sign_0/Signature.xml"/>'
    listed = "".join(entry.format(number) for number in range(10_000))
    xml = f"<ofd:Signatures {made.SPACE}>{listed}</ofd:Signatures>".encode()
    found = read(made.package({**parts(Sealing(cover=CORE)), LIST: xml}))
    assert [(limit.name, limit.seen) for limit in found.limits] == [("ofd_signatures", "10000")]
    assert len(found.signatures) == 50


def test_too_many_parts_meet_a_limit() -> None:
    with pytest.raises(LimitExceeded):
        read(made.package({**parts(), **{f"x/{number}": b"" for number in range(2_000)}}))


def test_the_place_of_the_seal_is_shown_in_points() -> None:
    clipped = '<ofd:StampAnnot ID="1" PageRef="2" Boundary="10 20 40 40" Clip="20 0 20 40"/>'
    boxes = [
        item
        for item in first(made.sealed(Sealing(stamps=clipped), pages=2)).evidence
        if item.kind == "page_box"
    ]
    assert [box.page for box in boxes] == [2]
    millimetres = [round(edge * 25.4 / 72, 3) for edge in boxes[0].box]
    assert millimetres == [30, 20, 50, 60]


def test_times_are_worth_what_proves_them() -> None:
    claims = {c.source.partition("/")[2]: c for c in read(made.sealed(Sealing(stamp=True))).claims}
    assert {name: claim.trust for name, claim in claims.items()} == {
        "timeInfo": Trust.T3,
        "SignatureDateTime": Trust.T3,
        "timeStamp": Trust.T5,
    }
    assert {(claim.event, claim.covered_by) for claim in claims.values()} == {("signed", "1")}
    unknown = read(made.sealed(), anchors=()).claims
    assert {claim.trust for claim in unknown} == {Trust.T2}
    broken = read(altered(SIGNATURE, "150 90", "10 10")).claims
    assert {(claim.trust, claim.covered_by) for claim in broken} == {(Trust.T2, None)}


def test_signer_seal_and_certificate_are_named() -> None:
    signature = first(made.sealed())
    assert (signature.signer, signature.organisation) == ("甲公司", "测试单位")
    assert (signature.seal, signature.emails) == ("甲公司合同专用章", ("seal@example.com",))
    assert len(signature.certificate or "") == 64
    assert signature.time == gm.SEALED.isoformat()


def mutants(data: made.Parts, count: int, seed: int = 20) -> list[made.Parts]:
    """Change one byte of what is covered: of a sealed part, or of what the value signs."""
    source = random.Random(seed)  # noqa: S311 - a sample, not a secret
    signed = len(data[VALUE])
    sizes = {name: len(content) for name, content in data.items()}
    names = [name for name in (*CORE, SIGNATURE, VALUE) if sizes[name]]
    found: list[made.Parts] = []
    for _ in range(count):
        name = source.choice(names)
        at = source.randrange(signed if name == VALUE else sizes[name])
        content = bytearray(data[name])
        content[at] ^= 1 << source.randrange(8)
        found.append({**data, name: bytes(content)})
    return found


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(Sealing(cover=CORE), id="version 4"),
        pytest.param(Sealing(cover=CORE, form="v1", seal=Seal(version=1)), id="version 1"),
        pytest.param(Sealing(cover=CORE, form="message"), id="message"),
    ],
)
def test_no_changed_byte_passes(how: Sealing) -> None:
    whole = parts(how)
    assert first(made.package(whole)).status is PASSED
    for mutant in mutants(whole, 60):
        found = read(made.package(mutant)).signatures
        changed = [name for name in whole if whole[name] != mutant[name]]
        assert not found or found[0].status is not PASSED, changed


def verdict(data: bytes, policy: str) -> tuple[Status, str | None]:
    terms = Terms(at=gm.NOW, policy=load(policy), anchors=(ROOT,))
    report = pipeline.verify(Submission(data=data, name="a.ofd"), terms)
    assert report.type.format == "ofd"
    return report.verdict, report.sub_indication


def test_policies_know_a_sealed_file_as_a_signed_one() -> None:
    assert verdict(made.sealed(), "signed") == (PASSED, None)
    assert verdict(made.package(made.plain()), "signed")[0] is not PASSED
    unsealed = {
        **made.plain(),
        "OFD.xml": made.root_xml().replace(b"ofd:Signatures", b"ofd:Versions"),
    }
    assert verdict(made.package(unsealed), "signed") == (FAILED, "SIGNATURE_NOT_FOUND")
    assert verdict(made.package(unsealed), "signed-or-not")[0] is PASSED
    assert verdict(altered(PAGE, "100", "900"), "signed") == (FAILED, "CHANGED_AFTER_SIGNING")


def test_the_same_bytes_give_the_same_answer() -> None:
    data = made.package(twice(replace(Sealing(), cover=(*CORE, LIST))))
    assert read(data) == read(data)
