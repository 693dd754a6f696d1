"""Everything that pages say has its Chinese, and the compiled catalogue is the written one."""

from __future__ import annotations

import ast
import re
import string
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate

import service.actions
import service.web
import verification
from service.actions import reviews
from service.records import Decision, Role
from service.role_words import TITLES
from service.web import words
from tests.service.web.scene import Scene, page_of
from verification import checks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog

WEB = Path(service.web.__file__).parent
FOLDER = WEB / "translations/zh/LC_MESSAGES"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
HAN = re.compile(r"[一-鿿]")
PLACES = re.compile(r"%\((\w+)\)s")
#: Actions whose entries a trail shows; `….read` is a permission, and no entry.
STEP = re.compile(r"(deliverables|reviews|stages)\.(?!read$)[a-z_]+")
#: Said the same way in both languages.
SAME = {":"}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="zh")


def said() -> set[str]:
    """Give every message of ours in templates and modules."""
    found = extract_from_dir(WEB, method_map=METHODS, keywords={"_": None, "gettext": None})
    return {str(message) for _file, _line, message, _notes, _context in found}


def called() -> Iterator[str]:
    """Give every message of ours as Python itself sees it, inside f-strings too."""
    for path in WEB.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                (message,) = node.args
                assert isinstance(message, ast.Constant), f"{path.name}:{node.lineno}"
                yield str(message.value)


def test_everything_said_is_translated(catalog: Catalog) -> None:
    messages = said()
    assert set(called()) <= messages, "inside an f-string nothing is extracted"
    assert {message.id for message in catalog if message.id} == messages
    for message in catalog:
        if not message.id:
            continue
        chinese = str(message.string)
        assert HAN.search(chinese) or message.id in SAME, message.id
        assert set(PLACES.findall(chinese)) == set(PLACES.findall(str(message.id))), message.id
        assert not message.fuzzy, message.id
        assert chinese.strip() == chinese, message.id


def test_every_step_of_a_trail_has_words() -> None:
    """What the service may enter about a deliverable, its stage and its review."""
    recorded = {
        node.value
        for path in Path(service.actions.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and STEP.fullmatch(str(node.value))
    }
    assert {"deliverables.judged", "stages.locked", "reviews.decide"} <= recorded
    assert recorded - set(words.EVENTS) == set()


def test_chinese_is_written_with_its_own_punctuation(catalog: Catalog) -> None:
    for message in catalog:
        chinese = PLACES.sub("", str(message.string)) if message.id else ""
        marks = set(chinese) & set(string.punctuation) - set("/-·")
        assert not marks, chinese


def test_compiled_catalogue_is_the_written_one(catalog: Catalog) -> None:
    compiled = BytesIO()
    write_mo(compiled, catalog)
    assert (FOLDER / "messages.mo").read_bytes() == compiled.getvalue()


def test_every_role_and_decision_has_its_word() -> None:
    assert set(TITLES) == set(Role)
    for table in (words.DECISIONS, words.DECIDED, words.DECISION_KEYS, reviews.REASONS):
        assert set(table) == set(Decision)


def sub_indications() -> set[str]:
    """Give every reason that verification names: in checks, in readers' tables and by keyword.

    pyHanko's own names for what is wrong with a chain are passed on as they are.
    """
    room = Path(verification.__file__).parent
    named = {one.name for kind in (AdESFailure, AdESIndeterminate) for one in kind}
    for path in [*room.glob("checks/[a-z]*.py"), *room.glob("readers/*/cases*.py")]:
        named |= set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', path.read_text("utf-8")))
    for path in room.rglob("*.py"):
        text = path.read_text("utf-8")
        named |= set(re.findall(r'(?:sub_indication=|"indication"\] = )"([A-Z_]+)"', text))
    return named


def test_every_sub_indication_that_verification_names_has_its_word() -> None:
    named = sub_indications()
    assert {"CONTENT_NOT_COVERED", "PART_NOT_SIGNED", "CHAIN_CONSTRAINTS_FAILURE"} <= named
    assert named <= set(words.CAUSES), named - set(words.CAUSES)


def test_every_check_has_its_word() -> None:
    assert {check.id for check in checks.load()} <= set(words.CHECKS)


def test_both_languages_reach_the_page(scene: Scene) -> None:
    visitor = scene.reviewer()
    assert page_of(visitor.get("/reviews")).xpath("//h1")[0].text == "审核队列"
    visitor.speak("en")
    assert page_of(visitor.get("/reviews")).xpath("//h1")[0].text == "Review queue"
