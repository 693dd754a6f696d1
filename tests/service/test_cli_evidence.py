"""`countermark evidence`, as an auditor outside the house uses it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pymupdf
import pytest

from service.actions.evidence import crops
from tests.service.test_cli import countermark
from tests.verification import mailing
from verification.identify.pieces import UNKNOWN
from verification.values import Finding, PageBox, Report, Status, Text

if TYPE_CHECKING:
    from pathlib import Path

    from verification.evidence import Place


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a letter, its pack and the public key."""
    folder = tmp_path_factory.mktemp("office")
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), "Approved")
        document.save(folder / "letter.pdf")
    house = {"COUNTERMARK_DATA": str(folder / "data")}
    done = countermark(
        "evidence",
        "make",
        folder / "letter.pdf",
        "--out",
        folder / "letter.zip",
        "--at",
        "2026-06-01T00:00:00+08:00",
        **house,
    )
    assert done.returncode == 0, done.stderr
    (folder / "key.pem").write_text(countermark("evidence", "key", **house).stdout)
    return folder


def test_with_the_key_and_the_original_everything_is_confirmed(office: Path) -> None:
    done = countermark(
        "evidence",
        "verify",
        office / "letter.zip",
        "--key",
        office / "key.pem",
        "--file",
        office / "letter.pdf",
        "--again",
        "--json",
    )
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"]) == (0, "PASSED")
    assert (told["original"], told["again"], told["faults"]) == ("same", "same", [])


def test_a_mail_is_judged_by_the_keys_that_are_given(office: Path, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mailing.domain_signed(mailing.HEADER + mailing.TEXT))
    key, out = mailing.mail_key(), tmp_path / "a.zip"
    (tmp_path / "keys.txt").write_text(f'{key.selector}._domainkey.{key.domain} "{key.record}"\n')
    given = ("--mail-keys", tmp_path / "keys.txt", "--at", "2026-06-01T00:00:00+08:00")
    house = {"COUNTERMARK_DATA": str(office / "data")}
    done = countermark("evidence", "make", tmp_path / "a.eml", "--out", out, *given, **house)
    assert done.returncode == 0, done.stderr


def test_places_that_many_findings_share_are_drawn_once() -> None:
    box = PageBox(page=1, box=(0, 0, 9, 9))
    finding = Finding(
        id="a", version=1, status=Status.PASSED, message=Text(zh="", en=""), evidence=(box,)
    )
    report = Report(
        path="a",
        sha256="",
        size=0,
        type=UNKNOWN,
        verdict=Status.PASSED,
        sub_indication=None,
        checks=(finding,) * 300,
        policy="a@1",
    )
    asked: list[Place] = []

    def draw(place: Place) -> bytes:
        asked.append(place)
        return b"png"

    found = [*crops(report, draw)]
    assert (len(asked), len(found)) == (1, 40)


def test_without_the_key_it_is_open_whose_it_is(office: Path) -> None:
    done = countermark("evidence", "verify", office / "letter.zip")
    assert done.returncode == 1
    assert "--key" in done.stderr


def test_another_file_is_told(office: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pdf"
    other.write_bytes((office / "letter.pdf").read_bytes() + b"\n")
    done = countermark(
        "evidence", "verify", office / "letter.zip", "--key", office / "key.pem", "--file", other
    )
    assert done.returncode == 1
    assert "another SHA-256" in done.stderr


def test_a_pack_that_was_changed_is_told_in_chinese_too(office: Path, tmp_path: Path) -> None:
    data = (office / "letter.zip").read_bytes()
    broken = tmp_path / "broken.zip"
    broken.write_bytes(data[: len(data) // 2])
    done = countermark("evidence", "verify", broken, "--json", LANG="zh_CN.UTF-8")
    assert done.returncode == 1
    assert json.loads(done.stdout)["status"] == "FAILED"
    assert "证据包" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("missing.zip",), "no such file", id="no such pack"),
        pytest.param(("letter.zip", "--key", "letter.pdf"), "Ed25519", id="a key that is none"),
        pytest.param(("letter.zip", "--again"), "--file", id="again, without the original"),
        pytest.param(
            ("letter.zip", "--file", "/proc/self/mem"),
            "cannot be read",
            id="an original that the system does not give",
        ),
    ],
)
def test_what_cannot_be_done_is_told(office: Path, arguments: tuple[str, ...], said: str) -> None:
    paths = [office / one if "." in one else one for one in arguments]
    done = countermark("evidence", "verify", *paths)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_key_is_made_once_and_readable_by_us_alone(office: Path) -> None:
    kept = office / "data" / "evidence-key.pem"
    assert kept.stat().st_mode & 0o777 == 0o600
    again = countermark("evidence", "key", COUNTERMARK_DATA=str(office / "data"))
    assert again.stdout == (office / "key.pem").read_text()
