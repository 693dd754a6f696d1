"""Values cross to JSON and back unchanged; anything off-shape from a child is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from verification import policies
from verification.codec import CodecError, from_json, report_from_json, to_json
from verification.terms import Request, Terms
from verification.values import (
    ByteRange,
    Claim,
    FileType,
    Finding,
    PageBox,
    Report,
    Requirement,
    Signature,
    Signer,
    Status,
    Text,
    Trust,
)

REPORT = Report(
    path="甲.pdf",
    sha256="0" * 64,
    size=3,
    type=FileType(format="pdf", media_type="application/pdf", extension="pdf", also=("zip",)),
    verdict=Status.FAILED,
    sub_indication="HASH_FAILURE",
    checks=(
        Finding(
            id="pdf.signature.integrity",
            version=3,
            status=Status.FAILED,
            sub_indication="HASH_FAILURE",
            message=Text(zh="摘要不符", en="The digest differs"),
            evidence=(
                PageBox(page=2, box=(1.0, 2.0, 3.0, 4.5), revision=1),
                ByteRange(start=0, end=10),
            ),
        ),
    ),
    claims=(Claim(kind="time", source="exif:DateTimeOriginal", value="2010", trust=Trust.T2),),
    signatures=(
        Signature(
            id="Sig1",
            kind="pdf",
            signer=None,
            status=Status.FAILED,
            intact=False,
            covers="whole",
        ),
    ),
)


def test_a_report_survives_json() -> None:
    assert report_from_json(json.loads(json.dumps(to_json(REPORT)))) == REPORT


def test_a_request_survives_json() -> None:
    request = Request(
        name="甲.pdf",
        received_at=datetime(2026, 1, 15, tzinfo=UTC),
        terms=Terms(
            at=datetime(2026, 1, 15, tzinfo=UTC),
            policy=policies.load("signed"),
            requirement=Requirement(formats=("pdf",), signer=Signer(name="李雷")),
            anchors=(b"\x00\xff",),
        ),
    )
    assert from_json(Request, json.loads(json.dumps(to_json(request)))) == request


def changed(path: str, value: Any) -> Any:
    data = to_json(REPORT)
    target = data
    *parents, last = path.split(".")
    for step in parents:
        target = target[int(step) if step.isdigit() else step]
    target[last] = value
    return data


@pytest.mark.parametrize(
    ("data", "where"),
    [
        pytest.param([], r"\$: expected an object", id="an array for an object"),
        pytest.param(changed("verdict", "FINE"), r"\$\.verdict", id="a status that does not exist"),
        pytest.param(changed("size", "3"), r"\$\.size", id="text for a number"),
        pytest.param(changed("size", True), r"\$\.size", id="a flag for a number"),  # noqa: FBT003 - the value under test
        pytest.param(changed("cpu_ms", float("nan")), r"\$\.cpu_ms", id="a number that is none"),
        pytest.param(changed("extra", 1), "unknown fields", id="a field that nobody knows"),
        pytest.param(changed("checks", {}), r"\$\.checks", id="an object for an array"),
        pytest.param(
            changed("checks.0.evidence.0.kind", "soul"), "no such kind", id="unknown evidence"
        ),
        pytest.param(
            changed("checks.0.evidence.0.box", [1, 2, 3]), "expected 4 items", id="a box of three"
        ),
        pytest.param(changed("signatures.0.kind", "x"), "is none of", id="an unknown signature"),
    ],
)
def test_what_is_off_shape_is_refused_with_its_place(data: Any, where: str) -> None:
    with pytest.raises(CodecError, match=where):
        report_from_json(data)


def test_a_missing_field_is_refused() -> None:
    data = to_json(REPORT)
    del data["sha256"]
    with pytest.raises(CodecError, match="sha256"):
        report_from_json(data)


def test_a_bottomless_policy_is_refused() -> None:
    node: Any = {"kind": "findings", "pattern": "*"}
    for _ in range(100):
        node = {"kind": "all", "parts": [node]}
    with pytest.raises(CodecError, match="nested deeper"):
        from_json(type(policies.load()), {"id": "p", "version": 1, "root": node})
