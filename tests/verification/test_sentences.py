"""What a person is told of a library's exception."""

from __future__ import annotations

import pytest

from verification.sentences import reason_of


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(AttributeError("module 'hashes' has no attribute '1.2.840'"), id="a stumble"),
        pytest.param(TypeError("'Void' object is not subscriptable"), id="a wrong type"),
        pytest.param(AssertionError(), id="no words at all"),
    ],
)
def test_a_library_that_stumbles_speaks_of_the_file_and_not_of_its_own_code(
    error: Exception,
) -> None:
    reason = reason_of(error)
    assert str(error) == "" or str(error) not in reason.zh + reason.en
    assert type(error).__name__ in reason.zh
    assert "结构" in reason.zh
    assert "structure" in reason.en


def test_what_a_reader_says_itself_is_told_on_one_line() -> None:
    reason = reason_of(ValueError("2 signers\n in one signature"))
    assert reason.zh == reason.en == "ValueError: 2 signers in one signature"
