"""What a reader sees of an HTML body, and what it hides or fetches; one pass, no tree is built."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r"<!--.*?(?:-->|\Z)|<[/!?a-zA-Z][^<>]*>?", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_STYLE = re.compile(r"\bstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])|(?<![\w-])(?:max-)?(?:height|width)\s*:\s*0(?![.\d]*[1-9])"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\b(?:src|data|background|poster)\s*=\s*[\"']?\s*([a-z][a-z0-9+.-]*):([^\"'\s>]{0,200})",
    re.IGNORECASE,
)
_FRAMES = frozenset({"iframe", "frame", "object", "embed", "link", "script", "base", "meta"})
_UNSHOWN = frozenset({"style", "script", "head", "title", "template", "noframes"})
_EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_HIDDEN_WORD = re.compile(r"\bhidden\b", re.IGNORECASE)
_SHEET = re.compile(r"<style\b[^<>]*>(.*?)(?:</style|\Z)", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_BRACES = re.compile(r"([{}])")
_CONDITION = re.compile(r"\[[^\]]{0,100}\]|:[\w-]+(?:\([^)]{0,100}\))?")
#: What is put beside an element by its style sheet; hiding that hides no word of the mail.
_ADDED = re.compile(r"::|:(?:before|after|first-line|first-letter)\b", re.IGNORECASE)
_NAMED = re.compile(r"[.#][^.#]+")
_IDENTITY = re.compile(r"\b(class|id)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
#: Of one rule; a hostile sheet has thousands.
_MOST_SELECTORS = 200
#: Elements open at once that are kept in mind; deeper ones are shown as the last of them is.
_MOST_OPEN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`links` are (scheme, rest); `frames` those that show a whole other document."""

    shown: str
    hidden: str
    links: tuple[tuple[str, str], ...]
    frames: tuple[tuple[str, str], ...]


def read_page(text: str) -> Page:
    """Read a page. Of style sheets what may hide an element is applied, on whichever device."""
    sheets = hiding_selectors(text)
    shown: list[str] = []
    hidden: list[str] = []
    links: list[tuple[str, str]] = []
    frames: list[tuple[str, str]] = []
    open_: list[tuple[str, bool]] = []
    position = 0
    for token in _TOKEN.finditer(text):
        _put(text[position : token.start()], open_, shown, hidden)
        position = token.end()
        tag = _TAG.match(token[0])
        if tag is None:
            continue
        name = tag[2].lower()
        if tag[1]:
            _close(name, open_)
            continue
        for found in _LINK.finditer(token[0]):
            (frames if name in _FRAMES else links).append((found[1].lower(), found[2]))
        if name not in _EMPTY and not token[0].endswith("/>") and len(open_) < _MOST_OPEN:
            above = open_[-1][1] if open_ else False
            open_.append((name, above or _hides(token[0]) or _is_meant(name, token[0], sheets)))
    _put(text[position:], open_, shown, hidden)
    return Page(
        shown="".join(shown), hidden="".join(hidden), links=tuple(links), frames=tuple(frames)
    )


def hiding_selectors(text: str) -> frozenset[str]:
    """Give what style sheets may hide: ``p``, ``.class``, ``#id``, or ``*`` for everything.

    Conditions (a device, an ancestor, an attribute) are left out: another reader may meet them.
    """
    rules = (rule for sheet in _SHEET.finditer(text) for rule in _rules(sheet[1]))
    hiding = (selector for selector, said in rules if _HIDING.search(said))
    found = (one for all_ in hiding for one in all_.split(",")[:_MOST_SELECTORS])
    return frozenset(_last_simple(one) for one in found) - {""}


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Give selector and declarations of each innermost block, whatever it stands in."""
    before, selector = "", ""
    for piece in _BRACES.split(_COMMENT.sub(" ", sheet)):
        if piece == "{":
            selector = before
        elif piece == "}":
            yield selector, before
            before = ""
        else:
            before = piece


def _last_simple(selector: str) -> str:
    """Give the part that tells most of the element that a selector ends with."""
    if _ADDED.search(selector):
        return ""
    end = _CONDITION.sub("", selector).strip().lower().split(" ")[-1].lstrip(">+~")
    named = _NAMED.search(end)
    return named[0] if named else end


def _is_meant(name: str, tag: str, selectors: frozenset[str]) -> bool:
    if not selectors:
        return False
    said = {name, "*"}
    for found in _IDENTITY.finditer(tag):
        mark = "." if found[1].lower() == "class" else "#"
        said |= {mark + word for word in (found[2] or found[3] or found[4] or "").lower().split()}
    return not said.isdisjoint(selectors)


def _put(text: str, open_: list[tuple[str, bool]], shown: list[str], hidden: list[str]) -> None:
    if not text or any(name in _UNSHOWN for name, _ in open_[-3:]):
        return
    words = unescape(text)
    (hidden if open_ and open_[-1][1] else shown).append(words + " ")


def _close(name: str, open_: list[tuple[str, bool]]) -> None:
    for place in range(len(open_) - 1, max(-1, len(open_) - 20), -1):
        if open_[place][0] == name:
            del open_[place:]
            return


def _hides(tag: str) -> bool:
    style = _STYLE.search(tag)
    if style is not None and _HIDING.search(next(filter(None, style.groups()), "")):
        return True
    return bool(_HIDDEN_WORD.search(re.sub(r"=\s*(?:\"[^\"]*\"|'[^']*'|\S+)", "", tag)))
