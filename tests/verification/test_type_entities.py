"""Entities in what says what a file is: told as that, and no renaming."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verification.test_type_checks import F, I, P, outcome, run
from tests.verification.typed import zipped
from verification.checks import type_declared

if TYPE_CHECKING:
    from verification.values import Status

ENTITIES = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hosts">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        pytest.param(
            zipped({"OFD.xml": ENTITIES}), "a.ofd", (I, "FORMAT_FAILURE"), id="entities in OFD.xml"
        ),
        pytest.param(
            zipped({"[Content_Types].xml": ENTITIES}),
            "a.docx",
            (I, "FORMAT_FAILURE"),
            id="entities in the list of types",
        ),
        pytest.param(ENTITIES.encode(), "a.svg", (I, "FORMAT_FAILURE"), id="entities in a drawing"),
        pytest.param(
            zipped({"OFD.xml": "<a/>"}), "a.ofd", (F, "TYPE_MISMATCH"), id="another root, no entity"
        ),
        pytest.param(
            zipped({"a.xml": ENTITIES}), "a.ofd", (F, "TYPE_MISMATCH"), id="entities elsewhere"
        ),
        pytest.param(
            zipped({"OFD.xml": ENTITIES}), "a.pdf", (F, "TYPE_MISMATCH"), id="an archive called PDF"
        ),
        pytest.param(
            b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "a.dtd"><a>b</a>',
            "a.svg",
            (F, "TYPE_MISMATCH"),
            id="a document type without entities",
        ),
        pytest.param(
            b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY n "u">]><svg>&n;</svg>',
            "a.svg",
            (P, None),
            id="a drawing with entities of its own",
        ),
    ],
)
def test_entities_are_told_as_what_they_are(
    data: bytes, name: str, expected: tuple[Status, str | None]
) -> None:
    findings = run(type_declared.CHECK, data, name=name)
    assert outcome(findings) == [expected]
