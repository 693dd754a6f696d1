"""A contract written down again: JSON is YAML, so the reader of contracts reads it back."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from training.contract.contract_file import FORMAT, SIGNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.contract.contract import Contract, Field

_SIGN_WORDS = {sign: word for word, sign in SIGNS.items()}


def written(contract: Contract) -> str:
    """Give the text; `contract_file.read` gives the same contract again."""
    told = {
        "countermark": FORMAT,
        **_changed(contract),
        "fields": {one.name: _field(one) for one in contract.fields},
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _field(field: Field) -> Mapping[str, Any]:
    told = {name: value for name, value in _changed(field).items() if name != "name"}
    if "monotone" in told:
        told["monotone"] = _SIGN_WORDS[told["monotone"]]
    return told


def _changed(of: Contract | Field) -> dict[str, Any]:
    """Give what is not as it is anyway where nothing is written."""
    pairs = ((one, getattr(of, one.name)) for one in fields(of) if one.name != "fields")
    return {
        one.name: list(value) if isinstance(value, tuple) else value
        for one, value in pairs
        if value != one.default
    }
