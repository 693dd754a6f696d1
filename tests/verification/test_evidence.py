"""The evidence pack: what goes in, and everything that whoever is handed one finds out."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymupdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.verification import forging as forge
from tests.verification import signing as made
from verification import pipeline
from verification.evidence import Crop, Pack, Place, assemble, inspect, places
from verification.limits import Limits
from verification.pages.picture import Picture
from verification.pages.png import encode
from verification.policies import load
from verification.terms import Request, Terms
from verification.values import Report, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\2" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
PIXEL = encode(Picture(width=2, height=2, rgb=b"\xff\0\0" * 4))
TERMS = Terms(at=made.NOW, policy=load(), anchors=(made.authority().der,))


def judged(data: bytes, name: str = "报告.pdf") -> Report:
    submission = Submission(data=data, name=name, received_at=made.NOW)
    return pipeline.verify(submission, TERMS)


def pack_of(report: Report) -> Pack:
    return Pack(
        report=report,
        request=Request(name=report.path, received_at=made.NOW, terms=TERMS),
        crops=tuple(Crop(place=place, png=PIXEL) for place in places(report)),
        made_at=made.NOW,
        software={"countermark": "0.1.0"},
    )


@pytest.fixture(scope="module")
def report() -> Report:
    """A signed file whose price was changed afterwards: findings with places on pages."""
    return judged(forge.with_other_content(made.sign(made.plain(), box=(200, 10, 290, 60))))


@pytest.fixture(scope="module")
def pack(report: Report) -> bytes:
    return packed(report)


def packed(report: Report, key: Ed25519PrivateKey = KEY) -> bytes:
    return assemble(pack_of(report), sign=key.sign, public_key=key.public_key().public_bytes_raw())


def members(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_member_of_a_pack_is_explained(pack: bytes) -> None:
    page = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text("utf-8")
    named = {re.sub(r"[0-9]+\.png", "NN.png", name) for name in members(pack)}
    assert {name for name in named if f"`{name}`" not in page} == set()


def rewritten(pack: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    files = members(pack)
    change(files)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_a_pack_holds_with_its_key_and_stays_open_without(pack: bytes, report: Report) -> None:
    with_key = inspect(pack, key=PUBLIC)
    assert (with_key.status, with_key.faults) == (Status.PASSED, ())
    assert with_key.report == report
    without = inspect(pack, key=None)
    assert without.status is Status.INDETERMINATE
    assert without.remedy is not None


def test_the_pack_of_a_file_that_could_not_be_read_whole_holds_too() -> None:
    """What such a file lacks may be in it all the same: the verdict follows from that as well."""
    terms = replace(TERMS, policy=load("signed"), limits=Limits(file_bytes=10))
    report = pipeline.verify(Submission(data=made.plain(), name="a.pdf"), terms)
    assert report.verdict is Status.INDETERMINATE
    whole = replace(pack_of(report), request=Request(name="a.pdf", received_at=None, terms=terms))
    pack = assemble(whole, sign=KEY.sign, public_key=PUBLIC)
    assert inspect(pack, key=PUBLIC).faults == ()


def test_the_same_report_gives_the_same_bytes(pack: bytes, report: Report) -> None:
    assert packed(replace(report, cpu_ms=99.0)) == pack


def test_whoever_holds_a_pack_can_judge_again(pack: bytes, report: Report) -> None:
    """The request in the pack is all that a repeat needs besides the file."""
    request = json.loads(members(pack)["request.json"])
    data = forge.with_other_content(made.sign(made.plain(), box=(200, 10, 290, 60)))
    again = pipeline.examine_json(data, request)
    assert again["policy"] == report.policy
    assert again["verdict"] == report.verdict.value


def test_the_paper_says_it_in_both_languages_and_shows_the_places(pack: bytes) -> None:
    with pymupdf.open(stream=members(pack)["report.pdf"], filetype="pdf") as paper:
        text = "".join(page.get_text() for page in paper)
        pictures = sum(len(page.get_images()) for page in paper)
    assert "证据包" in text
    assert "FAILED" in text
    assert "What would make it pass" in text
    assert "签署后" in text
    assert pictures >= 1


def test_words_of_the_file_are_words_on_paper() -> None:
    named = judged(made.plain(), name="<img src=x>\u202e&amp;.pdf")
    with pymupdf.open(stream=members(packed(named))["report.pdf"], filetype="pdf") as paper:
        assert "<img src=x>" in paper[0].get_text()


def changed(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new)

    return change


def signed_anew(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, bytes]], None]:
    """Alter the report and sign all of it with one's own key, naming the issuer's."""

    def forge_all(files: dict[str, bytes]) -> None:
        manifest = json.loads(files["manifest.json"])
        change(manifest)
        files["manifest.json"] = json.dumps(manifest).encode()
        files["manifest.sig"] = OTHER.sign(files["manifest.json"])

    return forge_all


def without(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        del files[name]

    return change


ROWS: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "the verdict in the report was turned": (
        changed("report.json", b'"verdict":"FAILED"', b'"verdict":"PASSED"'),
        "MEMBER_CHANGED",
    ),
    "the verdict in the manifest was turned": (
        changed("manifest.json", b'"verdict":"FAILED"', b'"verdict":"PASSED"'),
        "SIGNATURE_BROKEN",
    ),
    "a crop was exchanged": (lambda files: files.update({"crops/01.png": b"x"}), "MEMBER_CHANGED"),
    "the paper was exchanged": (lambda files: files.update({"report.pdf": b"x"}), "MEMBER_CHANGED"),
    "a crop is gone": (without("crops/01.png"), "MEMBER_MISSING"),
    "a member was slipped in": (lambda files: files.update(more=b"x"), "MEMBER_UNLISTED"),
    "signed anew with another key": (signed_anew(lambda _: None), "SIGNATURE_BROKEN"),
    "the manifest speaks of another file": (
        signed_anew(lambda manifest: manifest.update(sha256="00" * 32)),
        "OTHER_FILE",
    ),
    "no signature": (without("manifest.sig"), "MEMBER_MISSING"),
    "a manifest that is no JSON": (
        lambda files: files.update({"manifest.json": b"{"}),
        "MEMBER_DAMAGED",
    ),
    "a manifest nested without end": (
        lambda files: files.update({"manifest.json": b"[" * 200_000}),
        "MEMBER_DAMAGED",
    ),
    "a manifest of another kind": (
        lambda files: files.update({"manifest.json": b'{"format": "zip"}'}),
        "NOT_A_PACK",
    ),
    "a report that is none": (lambda files: files.update({"report.json": b"[]"}), "MEMBER_DAMAGED"),
    "a key that is none": (
        lambda files: files.update(
            {"manifest.json": b'{"format":"countermark/evidence","version":1,"files":{}}'}
        ),
        "KEY_UNREADABLE",
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_what_was_done_to_a_pack_is_told(case: str, pack: bytes) -> None:
    change, code = ROWS[case]
    found = inspect(rewritten(pack, change), key=PUBLIC)
    assert found.status is Status.FAILED
    assert code in {fault.code for fault in found.faults}
    assert found.remedy is not None
    assert not any("Error" in fault.message.zh + fault.message.en for fault in found.faults)
    assert not any(re.search("[a-z] [a-z]|nothing", fault.message.zh) for fault in found.faults)


def test_a_pack_of_somebody_else_is_told(report: Report) -> None:
    found = inspect(packed(report, OTHER), key=PUBLIC)
    assert [fault.code for fault in found.faults] == ["OTHER_KEY"]


def test_a_verdict_that_does_not_follow_is_told_though_it_was_signed(report: Report) -> None:
    found = inspect(packed(replace(report, verdict=Status.PASSED)), key=PUBLIC)
    assert [fault.code for fault in found.faults] == ["VERDICT_DOES_NOT_FOLLOW"]


def crossed(pack: bytes) -> bytes:
    """Give each of two crops the other's name in its own header, by which streams are unpacked."""
    one, two = b"crops/01.png", b"crops/02.png"
    first, second = pack.index(one), pack.index(two)
    altered = bytearray(pack)
    altered[first : first + len(one)], altered[second : second + len(two)] = two, one
    return bytes(altered)


def slipped_in(pack: bytes) -> bytes:
    """Put a paper between the members that the directory does not list."""
    loose = io.BytesIO()
    with zipfile.ZipFile(loose, "w") as archive:
        archive.writestr("report.pdf", b"%PDF-1.7 all is well")
    record = loose.getvalue()[: loose.getvalue().index(b"PK\1\2")]
    at = pack.index(b"PK\1\2")
    altered = bytearray(pack[:at] + record + pack[at:])
    end = altered.rindex(b"PK\5\6")
    altered[end + 16 : end + 20] = (at + len(record)).to_bytes(4, "little")
    return bytes(altered)


def renamed(pack: bytes) -> bytes:
    """Add another name, in Unicode, to a member: some programs go by it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members(pack).items():
            entry = zipfile.ZipInfo(name)
            if name == "crops/01.png":
                field = b"\1" + zlib.crc32(name.encode()).to_bytes(4, "little") + b"crops/99.png"
                entry.extra = b"\x75\x70" + len(field).to_bytes(2, "little") + field
            archive.writestr(entry, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(crossed, id="two crops exchanged in their own headers"),
        pytest.param(slipped_in, id="a paper that the directory does not list"),
        pytest.param(renamed, id="a second name in Unicode"),
    ],
)
def test_what_other_programs_unpack_otherwise_is_told(
    change: Callable[[bytes], bytes], pack: bytes
) -> None:
    """Unpacked by another program, the pack shows other members than those that were signed."""
    found = inspect(change(pack), key=PUBLIC)
    assert found.status is Status.FAILED
    assert [fault.code for fault in found.faults] == ["READ_DIFFERENTLY"]
    assert not re.search("[a-z] [a-z]", found.faults[0].message.zh)


@pytest.mark.parametrize("data", [b"", b"PK\5\6" + bytes(18), b"%PDF-1.7", b"PK\3\4" * 50])
def test_what_is_no_pack_is_told(data: bytes) -> None:
    found = inspect(data, key=None)
    assert found.status is Status.FAILED
    assert found.faults


def test_no_byte_of_a_pack_can_be_altered_unnoticed(pack: bytes) -> None:
    """Either the pack fails, or nothing that is read has changed (ZIP holds idle bytes)."""
    choice = random.Random(8)  # noqa: S311 - a seeded choice of places
    before = members(pack)
    for _ in range(400):
        altered = bytearray(pack)
        altered[choice.randrange(len(pack))] ^= 1 << choice.randrange(8)
        found = inspect(bytes(altered), key=PUBLIC)
        if found.status is Status.FAILED:
            continue
        # A stricter program may refuse what is idle here, the names of the local headers say.
        with suppress(zipfile.BadZipFile, NotImplementedError):
            assert members(bytes(altered)) == before


def test_places_of_what_failed_come_first(report: Report) -> None:
    order = [report.checks[place.finding].status for place in places(report)]
    assert order[0] is Status.FAILED
    assert order == sorted(order, key=[Status.FAILED, Status.INDETERMINATE, Status.PASSED].index)
    assert all(isinstance(place, Place) for place in places(report))
