"""Keys of mail domains: how they are written, and that the first one of a selector stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from service.errors import Invalid
from service.mail_keys import STORE, contradicted, read_mail_keys, remembered
from verification.values import MailKey

if TYPE_CHECKING:
    from pathlib import Path


def key(record: str, known: str = "pinned", selector: str = "s1") -> MailKey:
    return MailKey(
        domain="example.com",
        selector=selector,
        record=record,
        known="first_use" if known == "first_use" else "pinned",
    )


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            's1._domainkey.example.com. 3600 IN TXT "v=DKIM1; p=AB"', id="as dig prints it"
        ),
        pytest.param('s1._domainkey.example.com TXT "v=DKIM1; " "p=AB"', id="in pieces"),
        pytest.param("S1._domainkey.Example.COM v=DKIM1; p=AB", id="bare"),
        pytest.param(
            r's1._domainkey.example.com TXT "v=DKIM1\; p=AB"', id="as a zone file escapes it"
        ),
    ],
)
def test_ways_to_write_a_record(line: str, tmp_path: Path) -> None:
    (tmp_path / "keys.txt").write_text(f"# ours\n; a remark\n\n{line}\n", "utf-8")
    expected = (key("v=DKIM1; p=AB"),)
    assert read_mail_keys(tmp_path / "keys.txt") == expected
    assert read_mail_keys(tmp_path) == expected


@pytest.mark.parametrize("line", ["example.com v=DKIM1; p=AB", "s1._domainkey.example.com v=DKIM1"])
def test_what_is_no_record_is_told_with_its_line(line: str, tmp_path: Path) -> None:
    (tmp_path / "keys.txt").write_text(f"#\n{line}\n", "utf-8")
    with pytest.raises(Invalid, match=r"line 2") as told:
        read_mail_keys(tmp_path)
    assert told.value.remedy is not None


def test_no_place_no_keys_and_a_wrong_place_is_told(tmp_path: Path) -> None:
    assert read_mail_keys(None) == ()
    with pytest.raises(Invalid):
        read_mail_keys(tmp_path / "nowhere")


def test_a_key_is_remembered_when_it_has_gone_from_the_file(tmp_path: Path) -> None:
    assert remembered((key("p=AB"),), tmp_path) == (key("p=AB"),)
    assert remembered((), tmp_path) == (key("p=AB", "first_use"),)


def test_a_second_record_is_a_contradiction_and_never_takes_the_place_of_the_first(
    tmp_path: Path,
) -> None:
    remembered((key("p=AB"),), tmp_path)
    found = remembered((key("p=CD"),), tmp_path)
    assert {one.record for one in found} == {"p=AB", "p=CD"}
    assert contradicted(found) == ("s1._domainkey.example.com",)
    assert contradicted(remembered((key("p=AB"),), tmp_path)) == ()
    assert (tmp_path / STORE).read_text("utf-8").count("\n") == 1


def test_processes_that_start_together_remember_each_key_once(tmp_path: Path) -> None:
    keys = tuple(key("p=AB", selector=f"s{number}") for number in range(20))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: remembered(keys, tmp_path), range(8)))
    assert (tmp_path / STORE).read_text("utf-8").count("\n") == 20
