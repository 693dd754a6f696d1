"""The JSON Schema for editors takes what ships and refuses a misspelt name."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator  # type: ignore[import-untyped]  # it carries no types

from rules import pack
from rules.language import check
from rules.language.catalogue import shipped
from rules.language.json_schema import rule_file_schema
from rules.packs import names
from service.registered import registry

SCHEMA = rule_file_schema(shipped(), registry())


def read(text: str) -> Any:
    """Read as an editor does: every scalar is the text that was written."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but text


def mistakes(text: str) -> list[str]:
    return [error.message for error in Draft7Validator(SCHEMA).iter_errors(read(text))]


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", names())
def test_a_pack_that_ships_fits(name: str) -> None:
    assert mistakes(pack(name)) == []


def warning(**other: str) -> str:
    keys = {
        "id": "a",
        "name": "{zh: 甲, en: A}",
        "kind": "warning",
        "on": "weekly",
        "when": '{周达成率: "< 80%"}',
        "level": "red",
    } | other
    lines = "\n    ".join(f"{key}: {value}" for key, value in keys.items())
    return f"schema: countermark/v1\nrules:\n  - {lines}\n"


FITS = {
    "a field by its name": warning(when='{attainment: "< 80%"}'),
    "a field by its English label": warning(when='{Weekly attainment: "< 80%"}'),
    "any, all and not": warning(when='{any: [{周达成率: "< 80%"}], not: {stock_days: "> 9"}}'),
    "an action": warning(do="[{notify: {to: [区域经理], template: plain}}]"),
    "off": warning(mode="off"),
}
FITS_NOT = {
    "a misspelt field": (warning(when='{周达成绿: "< 80%"}'), "周达成绿"),
    "a misspelt field inside any": (warning(when='{any: [{周达成绿: "< 80%"}]}'), "周达成绿"),
    "a misspelt key": (warning(untl='{周达成率: ">= 88%"}'), "untl"),
    "a key of another kind of rule": (warning(open_when='{周达成率: "< 8%"}'), "open_when"),
    "an unknown action": (warning(do="[{notfy: {to: 区域经理}}]"), "notfy"),
    "an unknown role": (warning(do="[{notify: {to: 区域经里, template: plain}}]"), "区域经里"),
    "a level too few": (warning(mode="shadowy"), "shadowy"),
}


@pytest.mark.parametrize("text", FITS.values(), ids=FITS)
def test_what_the_checker_takes_fits(text: str) -> None:
    assert mistakes(text) == []
    assert check(text, "a.yaml", registry=registry()) == ()


@pytest.mark.parametrize("row", FITS_NOT.values(), ids=FITS_NOT)
def test_what_the_checker_refuses_by_name_does_not_fit(row: tuple[str, str]) -> None:
    text, seen = row
    assert any(seen in mistake for mistake in mistakes(text))
    assert check(text, "a.yaml", registry=registry()) != ()
