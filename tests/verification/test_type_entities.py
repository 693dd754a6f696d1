"""Entities in what says what a file is: told as that, and no renaming."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verification.test_type_checks import F, I, P, outcome, run
from tests.verification.typed import zipped
from verification.checks import type_declared

if TYPE_CHECKING:
    from verification.values import Status


def entities(root: str) -> str:
    return (
        f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY x SYSTEM "file:///etc/hosts">'
        f"]><{root}>&x;</{root}>"
    )


ENTITIES = entities("a")
OFD, TYPES = (
    zipped({"OFD.xml": entities("OFD")}),
    zipped({"[Content_Types].xml": entities("Types")}),
)
MISMATCH, UNREAD = (F, "TYPE_MISMATCH"), (I, "FORMAT_FAILURE")


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        pytest.param(OFD, "a.ofd", [UNREAD], id="entities in OFD.xml"),
        pytest.param(TYPES, "a.docx", [UNREAD], id="entities in the list of types"),
        pytest.param(OFD, "a.docx", [MISMATCH, UNREAD], id="another part than a docx goes by"),
        pytest.param(TYPES, "a.ofd", [MISMATCH, UNREAD], id="another part than an OFD goes by"),
        pytest.param(OFD, "a.pdf", [MISMATCH, UNREAD], id="an archive called PDF"),
        pytest.param(
            zipped({"OFD.xml": ENTITIES}), "a.ofd", [MISMATCH, UNREAD], id="another root, entities"
        ),
        pytest.param(
            zipped({"OFD.xml": "<a/>"}), "a.ofd", [MISMATCH], id="another root, no entity"
        ),
        pytest.param(zipped({"a.xml": ENTITIES}), "a.ofd", [MISMATCH], id="entities elsewhere"),
        pytest.param(
            ENTITIES.encode(), "a.svg", [MISMATCH, UNREAD], id="another root, called a drawing"
        ),
        pytest.param(
            b'<!DOCTYPE svg [<!ENTITY n "]><a>"><!-- \']><b> -->]><svg>&n;</svg>',
            "a.svg",
            [(P, None)],
            id="a drawing whose entity looks like another root",
        ),
        pytest.param(
            b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "a.dtd"><a>b</a>',
            "a.svg",
            [MISMATCH],
            id="a document type without entities",
        ),
        pytest.param(
            b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY n "u">]><svg>&n;</svg>',
            "a.svg",
            [(P, None)],
            id="a drawing with entities of its own",
        ),
        pytest.param(ENTITIES.encode(), "a.xml", [(P, None)], id="XML that says it is XML"),
    ],
)
def test_entities_are_told_as_what_they_are(
    data: bytes, name: str, expected: list[tuple[Status, str | None]]
) -> None:
    assert outcome(run(type_declared.CHECK, data, name=name)) == expected


def test_what_fails_whatever_the_part_says_stays_failed() -> None:
    findings = run(type_declared.CHECK, OFD, name="a.ofd", media_type="application/pdf")
    assert outcome(findings) == [MISMATCH, UNREAD]
    assert "application/pdf" in findings[0].message.en
    asked = run(type_declared.CHECK, OFD, name="a.ofd", formats=("pdf", "docx"))
    assert outcome(asked) == [(F, "TYPE_NOT_ALLOWED"), UNREAD]
    assert outcome(run(type_declared.CHECK, OFD, name="a.ofd", formats=("ofd",))) == [UNREAD]


def test_a_file_that_fails_one_way_or_another_stays_failed() -> None:
    """An archive is not what is asked for, and an OFD is no archive."""
    findings = run(type_declared.CHECK, OFD, name="a.zip", formats=("ofd",))
    assert outcome(findings) == [(F, "TYPE_NOT_ALLOWED"), UNREAD]


def test_a_name_that_turns_its_letters_is_told_beside_entities() -> None:
    findings = run(type_declared.CHECK, OFD, name="fdp\u202e.ofd")
    assert outcome(findings) == [(I, "NAME_UNSAFE"), UNREAD]
