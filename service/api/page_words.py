"""The words of the API's page; what routes say of themselves in English has its Chinese here."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["zh", "en"]

WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "intro": "由 OpenAPI 文档生成；出错时一律返回 problem+json，说明看到了什么、应为什么、"
        "下一步怎么做。",
        "needs": "所需权限",
    },
    "en": {
        "intro": "Made from the OpenAPI document; every error is problem+json that says what was "
        "seen, what was expected and what to do next.",
        "needs": "Needs",
    },
}


@cache
def chinese() -> Mapping[str, Any]:
    """Read the Chinese of tags, routes, places and fields."""
    text = files("service").joinpath("policy/api_words.yaml").read_text("utf-8")
    told: dict[str, Any] = yaml.safe_load(text)
    return told


def about(operation: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    """Give what a route says of itself, a paragraph each."""
    told = chinese()["routes"].get(operation["operationId"]) if language == "zh" else None
    if told is not None:
        return (str(told),)
    parts = (operation.get("summary", ""), operation.get("description", ""))
    return tuple(str(part) for part in parts if part)


def tag(name: str, language: Language) -> str:
    """Give the heading of a group of routes."""
    return str(chinese()["tags"].get(name, name)) if language == "zh" else name


def place(name: str, language: Language) -> str:
    """Give where a value stands."""
    return str(chinese()["places"].get(name, name)) if language == "zh" else name


def field(text: str, language: Language) -> str:
    """Give what is said of a parameter or a field; in English it is the document's own."""
    return str(chinese()["fields"].get(text, text)) if language == "zh" else text


def required(language: Language) -> str:
    """Give the word for a value that has to be given."""
    return str(chinese()["required"]) if language == "zh" else "required"
