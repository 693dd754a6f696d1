"""Why an answer that is computed again may be another."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from service.actions.incident_again import Again


@pytest.mark.parametrize(
    ("bytes_of", "program", "said"),
    [
        pytest.param("a", "old", None, id="the same bytes, by whichever version"),
        pytest.param("b", "old", "Another version", id="another version"),
        pytest.param("b", None, "Another version", id="an answer of before, which does not tell"),
        pytest.param("b", "this", "audit verify", id="this version: a library, or tampering"),
    ],
)
def test_it_is_said_why_an_answer_comes_out_otherwise(
    bytes_of: str, program: str | None, said: str | None
) -> None:
    examination: Any = SimpleNamespace(answer_sha256="a")
    found = Again(
        examination=examination, again_sha256=bytes_of, program=program, this_program="this"
    )
    assert found.same is (said is None)
    assert (found.why is None) if said is None else (found.why and said in found.why.en)
