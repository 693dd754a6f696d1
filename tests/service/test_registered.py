"""What rule files name reaches people in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from rules import packs
from service.registered import called, registered

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    ("what", "en"),
    [
        pytest.param("财务审批", "finance approval", id="by its Chinese name"),
        pytest.param("Finance Approval", "finance approval", id="by its English one"),
        pytest.param("新店开业", "新店开业", id="one of an own rule stands as it is"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_a_measure_is_about_has_a_name(what: str, en: str) -> None:
    assert called(what).en == en


def _orders(told: Any) -> Iterator[str]:
    """Give what each action anywhere in a rule file is about."""
    below = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
    for one in below:
        yield from _orders(one)
    for action in (registry_names() & told.keys()) if isinstance(told, dict) else ():
        about = told[action]
        if isinstance(about, dict):
            yield from (about[key] for key in ABOUT & about.keys())


def registry_names() -> set[str]:
    return {one.name for one in registered().actions}


ABOUT = {"what", "course", "doc"}


@pytest.mark.parametrize("name", packs.names())
def test_everything_that_shipped_rules_measure_is_named_in_english(name: str) -> None:
    for what in _orders(yaml.safe_load(packs.pack(name))):
        assert called(what).en.isascii(), what


def test_the_breakers_that_ship_measure_something() -> None:
    assert "财务审批" in _orders(yaml.safe_load(packs.pack("breakers")))
