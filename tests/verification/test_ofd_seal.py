"""What is said of sealed OFDs: honest ones, attacked ones, and odd ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.verification import national as gm
from tests.verification import sealing as made
from tests.verification.sealing import Seal, Sealing
from verification import pipeline
from verification.limits import Limits
from verification.policies import load
from verification.readers import ofd
from verification.readers.gm.der import read as read_der
from verification.readers.ofd import sentences
from verification.terms import Terms
from verification.values import Signature, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.readers.ofd import SignedFile

ROOT = gm.authority().der
#: The root, and the makers of seals that are known as such.
TRUST = (ROOT, gm.holder("制章中心").der, gm.holder("M", kind="rsa").der)
PASSED, UNKNOWN, FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
PAGE = "Doc_0/Pages/Page_0/Content.xml"
LIST = "Doc_0/Signs/Signatures.xml"
SIGNATURE = "Doc_0/Signs/Sign_0/Signature.xml"
VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"
CORE = ("OFD.xml", "Doc_0/Document.xml", "Doc_0/PublicRes.xml", "Doc_0/Res/logo.png", PAGE)


def read(data: bytes, anchors: tuple[bytes, ...] = TRUST) -> SignedFile:
    return ofd.read(data, at=gm.NOW, anchors=anchors, limits=Limits())


def first(data: bytes, anchors: tuple[bytes, ...] = TRUST) -> Signature:
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
    assert first(data, (*TRUST, gm.holder().der)).status is PASSED


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
        *(
            pytest.param(
                lambda name=name: made.package({**parts(), name: b"<x/>"}),
                FAILED,
                "FORMAT_FAILURE",
                (),
                id=f"a page twice, by the way there: {name}",
            )
            for name in (f"./{PAGE}", PAGE.replace("/", "//"), f"Doc_0/./../{PAGE}")
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


def two_documents(other: gm.Holder) -> bytes:
    """Give two documents in one file, each sealed by itself: the second one by `other`."""
    plain = {**made.plain(), **{k: v for k, v in made.plain("Doc_1").items() if k != "OFD.xml"}}
    plain["OFD.xml"] = made.root_xml("Doc_0", "Doc_1")
    one = tuple(part for part in plain if not part.startswith("Doc_1"))
    two = tuple(part for part in plain if part.startswith("Doc_1"))
    sealed = made.seal_up(plain, Sealing(cover=one))
    listed = sealed[LIST]
    sealed = made.seal_up(sealed, Sealing(who=other, cover=two), number=1)
    moved = listed.replace(b"Sign_0/", b"/Doc_0/Signs/Sign_1/")
    return made.package({**sealed, LIST: listed, "Doc_1/Signs/Signatures.xml": moved})


def test_what_somebody_else_sealed_beside_is_not_sealed_by_this_one() -> None:
    """Whoever has a seal could put a paper of their own before the one that was asked for."""
    same = read(two_documents(gm.holder())).signatures
    assert [one.status for one in same] == [PASSED, PASSED]
    others = read(two_documents(gm.holder("乙公司"))).signatures
    assert [(one.status, one.sub_indication) for one in others] == [
        (UNKNOWN, "CONTENT_NOT_COVERED"),
        (UNKNOWN, "CONTENT_NOT_COVERED"),
    ]


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


def test_signer_seal_and_certificate_are_named() -> None:
    signature = first(made.sealed())
    assert (signature.signer, signature.organisation) == ("甲公司", "测试单位")
    assert (signature.seal, signature.emails) == ("甲公司合同专用章", ("seal@example.com",))
    assert len(signature.certificate or "") == 64
    assert signature.time == gm.SEALED.isoformat()


def verdict(data: bytes, policy: str) -> tuple[Status, str | None]:
    terms = Terms(at=gm.NOW, policy=load(policy), anchors=TRUST)
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


def test_a_maker_whom_only_the_root_knows_may_give_the_seal_any_name() -> None:
    seal = Seal(maker=gm.holder("某人"))
    signature = first(made.sealed(Sealing(seal=seal)))
    assert (signature.status, signature.sub_indication) == (UNKNOWN, "SEAL_MAKER_NOT_KNOWN")
    assert first(made.sealed(Sealing(seal=seal)), (*TRUST, gm.holder("某人").der)).status is PASSED


@pytest.mark.parametrize(
    ("part", "told"),
    [
        pytest.param("Doc_0/Document2.xml", "Doc_0/Document2.xml", id="whole"),
        pytest.param("Doc_0/" + "x" * 90, "…" + "x" * 29, id="cut, which is shown"),
    ],
)
def test_a_part_is_named_whole_or_seen_to_be_cut(part: str, told: str) -> None:
    assert sentences.some([part]).en == told
