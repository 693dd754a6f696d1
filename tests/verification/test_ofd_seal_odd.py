"""Sealed OFDs that are written oddly, broken or hostile, and every byte that a seal covers."""

from __future__ import annotations

import random
import re

import pytest

from tests.verification import national as gm
from tests.verification import sealing as made
from tests.verification.sealing import Seal, Sealing
from tests.verification.test_ofd_seal import (
    CORE,
    FAILED,
    LIST,
    PASSED,
    SIGNATURE,
    UNKNOWN,
    VALUE,
    first,
    parts,
    read,
)
from verification.limits import LimitExceeded


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


_ROOT = "<ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot>"
_BODY = f"<ofd:DocBody><ofd:DocInfo/>{_ROOT}</ofd:DocBody>"
_VERSION = '<ofd:Version ID="1" Index="1" Current="true" BaseLoc="Doc_1/Document.xml"/>'


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            ("</ofd:DocBody>", f"<ofd:Versions>{_VERSION}</ofd:Versions></ofd:DocBody>"),
            id="a version",
        ),
        pytest.param(
            ("<ofd:Signatures>", "<ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot><ofd:Signatures>"),
            id="a second root",
        ),
        pytest.param(
            (
                "<ofd:Signatures>",
                '<x:DocRoot xmlns:x="urn:x">Doc_1/Document.xml</x:DocRoot><ofd:Signatures>',
            ),
            id="a second root of another namespace",
        ),
        pytest.param(("<ofd:DocBody>", f"<x>{_BODY}</x><ofd:DocBody>"), id="a body in a wrapping"),
        pytest.param(
            ("<ofd:DocBody>", f"{_BODY}<ofd:DocBody>".replace("Body>", "body>", 2)),
            id="a body by letters of another case",
        ),
        pytest.param(
            ("<ofd:DocInfo/>", f"<ofd:DocInfo>{_ROOT}</ofd:DocInfo>"),
            id="a root where none belongs",
        ),
        pytest.param(
            ("<ofd:DocRoot>", '<ofd:DocRoot BaseLoc="Doc_1/Document.xml">'), id="an attribute"
        ),
        pytest.param(
            ("Doc_0/Document.xml", "Doc_0/Document.xml<x/>/../../Doc_1/Document.xml"),
            id="a root that is longer for who reads on behind an element",
        ),
        pytest.param(
            ("Doc_0/Document.xml", "Doc_0/Document.xml<!-- -->/../../Doc_1/Document.xml"),
            id="a root that is shorter for who stops at a comment",
        ),
        pytest.param(
            ("Doc_0/Document.xml", "Doc_1%2FDocument.xml"), id="a root in escapes that not all undo"
        ),
    ],
)
def test_what_an_unsealed_list_of_documents_offers_besides_is_told(
    change: tuple[str, str],
) -> None:
    sealed = made.seal_up(made.plain(), Sealing(cover=CORE[1:]))
    assert first(made.package(sealed)).status is PASSED
    other = {"Doc_1/Document.xml": made.document_xml()}
    found = first(made.package({**made.changed(sealed, "OFD.xml", *change), **other}))
    assert (found.status, found.sub_indication) == (UNKNOWN, "CONTENT_NOT_COVERED")


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


def mutants(data: made.Parts, count: int, seed: int = 20) -> list[made.Parts]:
    """Change one byte of what is covered: of a sealed part, or of the signature value.

    The numbers of versions in a signed message are signed by nobody, and are left out.
    """
    source = random.Random(seed)  # noqa: S311 - a sample, not a secret
    is_message = gm.oid(gm.GM_SIGNED) in data[VALUE]
    versions = re.finditer(re.escape(gm.integer(1)), data[VALUE]) if is_message else ()
    free = {found.start() + at for found in versions for at in range(3)}
    covered = [at for at in range(len(data[VALUE])) if at not in free]
    sizes = {name: len(content) for name, content in data.items()}
    names = [name for name in (*CORE, SIGNATURE, VALUE) if sizes[name]]
    made_up: list[made.Parts] = []
    for _ in range(count):
        name = source.choice(names)
        at = source.choice(covered) if name == VALUE else source.randrange(sizes[name])
        content = bytearray(data[name])
        content[at] ^= 1 << source.randrange(8)
        made_up.append({**data, name: bytes(content)})
    return made_up


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


@pytest.mark.parametrize("folder", ["Sign_0", "Sign_9"], ids=["by its own name", "as a copy"])
def test_a_seal_that_is_listed_twice_is_no_further_seal(folder: str) -> None:
    """Else anybody could rewrite the list, and leave out who sealed before."""
    sealed = parts()
    sealed |= {SIGNATURE.replace("Sign_0", folder): sealed[SIGNATURE]}
    entry = f'<ofd:Signature ID="2" Type="Seal" BaseLoc="{folder}/Signature.xml"/>'.encode()
    listed = sealed[LIST].replace(b"</ofd:Signatures>", entry + b"</ofd:Signatures>")
    found = first(made.package({**sealed, LIST: listed}))
    assert (found.status, found.sub_indication) == (FAILED, "CHANGED_AFTER_SIGNING")
