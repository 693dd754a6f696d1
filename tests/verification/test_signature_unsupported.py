"""Signatures that are recognised and not verified: never a pass, and never "not signed"."""

from __future__ import annotations

import pytest

from tests.verification import typed
from tests.verification.signing import NOW
from verification import pipeline
from verification.policies import load
from verification.terms import Terms
from verification.values import Report, Status, Submission

ODT = "application/vnd.oasis.opendocument.text"


def report(data: bytes, name: str, policy: str) -> Report:
    return pipeline.verify(
        Submission(data=data, name=name, received_at=NOW), Terms(at=NOW, policy=load(policy))
    )


def odt(**parts: str) -> bytes:
    return typed.zipped({"mimetype": ODT, "content.xml": "<x/>", **parts}, stored=True)


SIGNED = {
    "a.odt": odt(**{"META-INF/documentsignatures.xml": "<x/>"}),
    "a.doc": typed.compound({"WordDocument": b"x", "_signatures": b"x"}),
}
UNSIGNED = {"a.odt": odt(), "a.doc": typed.compound({"WordDocument": b"x"})}


@pytest.mark.parametrize("policy", ["signed", "signed-or-not"])
@pytest.mark.parametrize("name", SIGNED)
def test_a_signature_of_another_kind_is_told(name: str, policy: str) -> None:
    judged = report(SIGNED[name], name, policy)
    (finding,) = (one for one in judged.checks if one.id == "signature.unsupported")
    assert finding.sub_indication == "NOT_SUPPORTED"
    assert finding.remedy is not None
    assert judged.verdict is Status.INDETERMINATE


@pytest.mark.parametrize("name", UNSIGNED)
def test_without_one_nothing_is_told_and_a_policy_that_asks_fails(name: str) -> None:
    judged = report(UNSIGNED[name], name, "signed")
    assert "signature.unsupported" not in {one.id for one in judged.checks}
    assert judged.verdict is Status.FAILED
