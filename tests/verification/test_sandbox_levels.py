"""What the layers that hold are called, and when they are enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verification.sandbox.errors import SandboxTooWeak
from verification.sandbox.levels import demand, is_strong, name_level

if TYPE_CHECKING:
    from verification.sandbox.levels import Layer, Level


@pytest.mark.parametrize(
    ("layers", "level", "strong"),
    [
        pytest.param(set(), "rlimits", False, id="nothing but resource limits"),
        pytest.param({"landlock"}, "rlimits", False, id="landlock alone lets sockets through"),
        pytest.param({"bubblewrap"}, "rlimits", False, id="bubblewrap alone filters no call"),
        pytest.param({"seccomp"}, "seccomp", False, id="seccomp alone is one wall"),
        pytest.param(
            {"seccomp", "bubblewrap"}, "seccomp", True, id="two walls, though the name says one"
        ),
        pytest.param({"seccomp", "landlock"}, "landlock+seccomp", True, id="two walls"),
        pytest.param(
            {"seccomp", "landlock", "bubblewrap"},
            "bubblewrap+landlock+seccomp",
            True,
            id="all three",
        ),
    ],
)
def test_level_is_named_after_what_wholly_holds(
    layers: set[Layer],
    level: Level,
    strong: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert name_level(frozenset(layers)) == level
    assert is_strong(frozenset(layers)) is strong


def test_too_weak_names_what_is_reached_and_what_is_missing() -> None:
    with pytest.raises(SandboxTooWeak) as caught:
        demand("strong", frozenset({"seccomp"}))
    assert "'seccomp'" in str(caught.value)
    assert "bubblewrap and landlock" in str(caught.value)


def test_any_level_is_enough_where_nothing_is_demanded() -> None:
    demand("any", frozenset())
    demand("strong", frozenset({"seccomp", "landlock"}))
