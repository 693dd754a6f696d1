"""Every bad upload gets a problem that says what was seen and expected, and keeps nothing."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from service.records import Role
from tests.service.api.house import (
    Row,
    add_customer,
    body_of,
    check_problem,
    problem_of,
    requirement_of,
)

if TYPE_CHECKING:
    from tests.service.api.house import House

BOUNDARY = "xx"
PART = (
    b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
    b"Content-Type: application/pdf\r\n\r\n%PDF-1.7 ...\r\n"
)
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
KEY = {"Idempotency-Key": "a-key"}


def _file(data: bytes, name: str = "a.pdf") -> dict[str, Any]:
    return {"data": {"file": (io.BytesIO(data), name)}, "headers": KEY}


def _raw(data: bytes, **headers: str) -> dict[str, Any]:
    return {"data": data, "headers": {**KEY, **FORM, **headers}}


UPLOADS = {
    "an empty file": Row(_file(b""), 422, "invalid", "file", "0 bytes"),
    "no part at all": Row(_raw(b"--xx--\r\n"), 422, "invalid", "file", "nothing"),
    "a part with no bytes": Row(
        _raw(PART.replace(b"%PDF-1.7 ...", b"") + b"--xx--\r\n"), 422, "invalid", "file", "0 bytes"
    ),
    "a field instead of a file": Row(
        {"data": {"file": "hello"}, "headers": {**KEY, **FORM}},
        422,
        "invalid",
        "file",
        "a field without a file name",
    ),
    "two files": Row(_raw(PART + PART + b"--xx--\r\n"), 422, "invalid", "file", "2 files"),
    "an unknown field beside the file": Row(
        {"data": {"file": (io.BytesIO(b"x"), "a.pdf"), "colour": "red"}, "headers": KEY},
        422,
        "invalid",
        "colour",
        "an unknown part",
    ),
    "a form that breaks off in the file": Row(_raw(PART), 400, "malformed-form", "body"),
    "a form that breaks off in a part's head": Row(_raw(PART[:40]), 400, "malformed-form", "body"),
    "a form without any of its boundaries": Row(
        _raw(b"hello"),
        400,
        "malformed-form",
        "body",
        "nothing like the boundary that Content-Type names",
    ),
    "200 kB without a boundary": Row(
        _raw(b"hello" * 40_000),
        400,
        "malformed-form",
        "body",
        "nothing like the boundary that Content-Type names",
    ),
    "a Content-Type without its boundary": Row(
        _raw(PART, **{"Content-Type": "multipart/form-data"}),
        400,
        "malformed-form",
        "Content-Type",
        "no boundary",
    ),
    "a boundary of 201 characters": Row(
        _raw(PART, **{"Content-Type": f"multipart/form-data; boundary={'x' * 201}"}),
        400,
        "malformed-form",
        "Content-Type",
        "a boundary of 201 characters",
    ),
    "a body of no bytes": Row(
        {"input_stream": io.BytesIO(b""), "headers": {**KEY, **FORM}},
        400,
        "malformed-form",
        "body",
        "nothing",
    ),
    "a part without Content-Disposition": Row(
        _raw(b"--xx\r\nContent-Type: text/plain\r\n\r\nx\r\n--xx--\r\n"),
        400,
        "malformed-form",
        "body",
        "a part without Content-Disposition",
    ),
    "a part without a name": Row(
        _raw(b"--xx\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + PART + b"--xx--\r\n"),
        422,
        "invalid",
        "body",
        "a part without a name",
    ),
    "a file name that is neither UTF-8 nor GB18030": Row(
        _raw(PART.replace(b"a.pdf", b"\xff\xfe.pdf") + b"--xx--\r\n"),
        400,
        "malformed-form",
        "file",
        "the byte 0xFF in the file name (or header), neither UTF-8 nor GB18030",
    ),
    "a file name with half a surrogate pair": Row(
        _raw(PART.replace(b"a.pdf", b"\xed\xa0\x80.pdf") + b"--xx--\r\n"),
        400,
        "malformed-form",
        "file",
        "the byte 0xED in the file name (or header), neither UTF-8 nor GB18030",
    ),
    "a body that is not there": Row(_raw(b""), 422, "invalid", "file", "nothing"),
    "fewer bytes than Content-Length promised": Row(
        _raw(PART, **{"Content-Length": "5000"}), 400, "malformed-form", "body"
    ),
    "JSON instead of a form": Row(
        {"json": {"file": "a.pdf"}, "headers": KEY},
        415,
        "wrong-media-type",
        "Content-Type",
        "application/json",
    ),
    "bytes without a form": Row(
        {"data": b"%PDF", "headers": {**KEY, "Content-Type": "application/pdf"}},
        415,
        "wrong-media-type",
        "Content-Type",
        "application/pdf",
    ),
    "a file one byte above the limit": Row(
        _raw(PART.replace(b"%PDF-1.7 ...", bytes(1024 * 1024 + 1)) + b"--xx--\r\n"),
        413,
        "too-large",
        "file",
        "1048577 bytes",
    ),
    "a form far above the limit": Row(_raw(bytes(3 * 1024 * 1024)), 413, "too-large", "file"),
    "a field that is a bomb": Row(
        _raw(PART + b'--xx\r\nContent-Disposition: form-data; name="x"\r\n\r\n' + b"y" * 200_000),
        413,
        "too-large",
        "x",
        "a field of more than 65536 bytes",
    ),
    "thirty parts": Row(
        _raw(PART * 30 + b"--xx--\r\n"), 422, "invalid", "file", "more than 20 parts"
    ),
    "a header of 300 kB in a part": Row(
        _raw(PART.replace(b"a.pdf", b"a" * 300_000) + b"--xx--\r\n"), 413, "too-large", "body"
    ),
    "no Idempotency-Key": Row(
        {"data": {"file": (io.BytesIO(b"x"), "a.pdf")}}, 422, "invalid", None
    ),
    "an Idempotency-Key of 256 characters": Row(
        {**_file(b"x"), "headers": {"Idempotency-Key": "k" * 256}},
        422,
        "invalid",
        "Idempotency-Key",
        "256 characters",
    ),
    "an Idempotency-Key with a tab": Row(
        {**_file(b"x"), "headers": {"Idempotency-Key": "k\tk"}},
        422,
        "invalid",
        "Idempotency-Key",
        "the byte 0x09 at place 2",
    ),
    "an Idempotency-Key that is not ASCII": Row(
        {**_file(b"x"), "headers": {"Idempotency-Key": "key-\xe9"}},
        422,
        "invalid",
        "Idempotency-Key",
        "the byte 0xE9 at place 5",
    ),
    "an Idempotency-Key of nothing": Row(
        {**_file(b"x"), "headers": {"Idempotency-Key": ""}},
        422,
        "invalid",
        "Idempotency-Key",
        "nothing",
    ),
}


@pytest.mark.parametrize("row", UPLOADS.values(), ids=UPLOADS.keys())
def test_a_bad_upload_is_explained_and_stores_nothing(house: House, row: Row) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    requirement = requirement_of(anna, add_customer(anna), "poc_report")
    before = house.stored()
    answer = anna.post(f"/requirements/{requirement['id']}/deliverables", **row.arguments)
    check_problem(answer, row)
    assert house.stored() == before


def test_an_upload_to_no_requirement_stores_nothing(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    before = house.stored()
    problem = problem_of(anna.upload("no-such-requirement", b"%PDF"))
    assert (problem["status"], problem["type"]) == (404, "urn:countermark:problem:not-found")
    assert house.stored() == before


NAMES = {
    "a path of POSIX": ("../../etc/passwd", "passwd"),
    "a path of Windows": ("C:/Users/a/report.pdf", "report.pdf"),
    "control characters": ("re\x01po\x7frt.pdf", "report.pdf"),
    "an override of the writing direction": ("fdp.\u202eexe", "fdp.exe"),
    "nothing but dots": ("..", "unnamed"),
    "250 letters": ("a" * 250 + ".pdf", "a" * 196 + ".pdf"),
}


@pytest.mark.parametrize(("sent", "kept"), NAMES.values(), ids=NAMES.keys())
def test_a_bad_name_is_made_safe_and_its_sender_told(house: House, sent: str, kept: str) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    requirement = requirement_of(anna, add_customer(anna), "poc_report")
    answer = anna.upload(requirement["id"], b"%PDF", name=sent)
    assert answer.status_code == 201, answer.text
    assert body_of(answer)["name"] == kept
    assert [notice["where"] for notice in body_of(answer)["notices"]] == ["file"]


SENT_BY_OLD_CLIENTS = {
    "GBK": ("报告.pdf".encode("gbk"), "报告.pdf"),
    "GB18030, four bytes a character": ("㐂报告.pdf".encode("gb18030"), "㐂报告.pdf"),
    "GBK whose second byte is a backslash": (b"\x95\x5c.pdf", "昞.pdf"),
}


@pytest.mark.parametrize(
    ("sent", "kept"), SENT_BY_OLD_CLIENTS.values(), ids=SENT_BY_OLD_CLIENTS.keys()
)
def test_a_name_in_gb18030_is_taken_and_its_sender_told(
    house: House, sent: bytes, kept: str
) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    requirement = requirement_of(anna, add_customer(anna), "poc_report")
    form = PART.replace(b"a.pdf", sent) + b"--xx--\r\n"
    answer = anna.post(f"/requirements/{requirement['id']}/deliverables", **_raw(form))
    assert answer.status_code == 201, answer.text
    assert body_of(answer)["name"] == kept
    (notice,) = body_of(answer)["notices"]
    assert notice["seen"] == "a name in GB18030"


def test_a_name_that_is_percent_encoded_is_read(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    requirement = requirement_of(anna, add_customer(anna), "poc_report")
    name = b"filename*=UTF-8''%E6%8A%A5.pdf"
    form = PART.replace(b'filename="a.pdf"', name) + b"--xx--\r\n"
    answer = anna.post(f"/requirements/{requirement['id']}/deliverables", **_raw(form))
    assert (body_of(answer)["name"], body_of(answer)["notices"]) == ("报.pdf", [])


def test_a_good_name_is_kept_without_a_word(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    requirement = requirement_of(anna, add_customer(anna), "poc_report")
    answer = anna.upload(requirement["id"], b"%PDF", name="POC 报告（终版）.pdf")
    assert body_of(answer)["name"] == "POC 报告（终版）.pdf"
    assert body_of(answer)["notices"] == []
