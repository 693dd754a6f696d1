"""Real sealed OFDs: every signature is understood, and nothing but the cryptography says so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.corpora import corpus
from verification.limits import Limits
from verification.readers import ofd
from verification.values import Signature, Status

AT = datetime(2026, 6, 1, tzinfo=UTC)
#: Files whose sealed parts were changed after sealing, by the digests that stand in them.
CHANGED = {
    "keyword.ofd": {"OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml"},
    "zsbk.ofd": {"Doc_0/Pages/Page_0/Content.xml", "Doc_0/Pages/Page_1/Content.xml"},
    "发票示例.ofd": {"Doc_0/Document.xml"},
}


def signatures(name: str) -> tuple[Signature, ...]:
    data = (corpus("ofd") / name).read_bytes()
    return ofd.read(data, at=AT, anchors=(), limits=Limits()).signatures


def test_every_real_signature_is_understood() -> None:
    """Changed, or unchanged and without a fault but for trust and for what was left unsealed."""
    trust = {"NO_CERTIFICATE_CHAIN_FOUND", "OUT_OF_BOUNDS_NO_POE", "CONTENT_NOT_COVERED"}
    odd = [
        (file.name, signature.id, signature.sub_indication)
        for file in sorted(corpus("ofd").glob("*.ofd"))
        for signature in signatures(file.name)
        if signature.certificate and not signature.changed_parts
        if signature.sub_indication not in trust
    ]
    assert odd == []


@pytest.mark.parametrize("name", sorted(CHANGED))
def test_changed_parts_of_real_files_are_named(name: str) -> None:
    found = signatures(name)
    assert found
    for signature in found:
        assert set(signature.changed_parts) == CHANGED[name]
        assert signature.status is Status.FAILED


@pytest.mark.parametrize("name", ["1.ofd", "v4signed.ofd", "SignScaleError.ofd", "h.ofd"])
def test_unchanged_real_files_are_intact(name: str) -> None:
    found = signatures(name)
    assert [(s.intact, s.covers, s.changed_parts) for s in found] == [(True, "whole", ())] * len(
        found
    )


def test_a_further_seal_on_a_real_file_changes_only_the_list() -> None:
    answers = [j for j in signatures("h.ofd")[0].judgements if j.question == "changes"]
    assert answers[0].status is Status.PASSED
    assert "Doc_0/Signs/Signatures.xml" in answers[0].message.en
