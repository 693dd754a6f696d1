"""What a reader sees of an HTML body, and what it hides or fetches; one pass, no tree is built."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
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
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}|mso-hide\s*:\s*all|(?<![\w-])color\s*:\s*transparent"
    r"|clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%|scale\(\s*0\s*[,)]",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\b(?:src|data|background|poster)\s*=\s*[\"']?\s*([a-z][a-z0-9+.-]*):([^\"'\s>]{0,200})",
    re.IGNORECASE,
)
_FRAMES = frozenset({"iframe", "frame", "object", "embed", "link", "script", "base", "meta"})
_UNSHOWN = frozenset({"style", "script", "head", "title"})
#: What newer readers keep back and older ones show.
_KEPT_BACK = frozenset({"template", "noframes", "details"})
#: What Outlook alone is shown, within a comment, or what all others are.
_OUTLOOK_ALONE = re.compile(r"<!--\[if [^\]]{0,100}\]>(.*?)(?:<!\[endif\]|\Z)", re.DOTALL)
_OTHERS_ALONE = re.compile(r"<!(?:--)?\[if [^\]]{0,50}!\s*\(?\s*mso", re.IGNORECASE)
_SETTINGS = re.compile(r"<(?:xml|style)\b.*?(?:</(?:xml|style)|\Z)", re.DOTALL | re.IGNORECASE)
_WRITTEN = re.compile(r"(?<![\w-])content\s*:\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_OPENED = re.compile(r"\bopen\b", re.IGNORECASE)
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
    reading = _Reading(sheets=hiding_selectors(text), hidden=_put_beside(text))
    position = 0
    for token in _TOKEN.finditer(text):
        reading.put(text[position : token.start()])
        reading.take(token[0])
        position = token.end()
    reading.put(text[position:])
    return Page(
        shown="".join(reading.shown),
        hidden="".join(reading.hidden),
        links=tuple(reading.links),
        frames=tuple(reading.frames),
    )


@dataclass(slots=True, kw_only=True)
class _Reading:
    """A page that is being read."""

    sheets: frozenset[str]
    hidden: list[str]
    shown: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    frames: list[tuple[str, str]] = field(default_factory=list)
    #: Names of elements that are open, and whether they are hidden.
    open: list[tuple[str, bool]] = field(default_factory=list)
    #: What stands here is kept from Outlook.
    others_alone: bool = False

    def put(self, text: str) -> None:
        """Note words: seen, hidden, or both where readers differ."""
        if not text or any(name in _UNSHOWN for name, _ in self.open[-3:]):
            return
        words = unescape(text) + " "
        is_hidden = bool(self.open) and self.open[-1][1]
        (self.hidden if is_hidden else self.shown).append(words)
        if self.others_alone and not is_hidden:
            self.hidden.append(words)

    def take(self, token: str) -> None:
        """Take a tag or a comment into account."""
        tag = _TAG.match(token)
        if tag is None:
            if "[" in token[:8]:
                self.hidden.append(_for_outlook(token))
                self.others_alone = _OTHERS_ALONE.match(token) is not None
        elif tag[1]:
            _close(tag[2].lower(), self.open)
        else:
            self._enter(tag[2].lower(), token)

    def _enter(self, name: str, tag: str) -> None:
        for found in _LINK.finditer(tag):
            into = self.frames if name in _FRAMES else self.links
            into.append((found[1].lower(), found[2]))
        if name not in _EMPTY and not tag.endswith("/>") and len(self.open) < _MOST_OPEN:
            above = self.open[-1][1] if self.open else False
            hides = _hides(tag, name) or _is_meant(name, tag, self.sheets)
            self.open.append((name, above or hides))


def _put_beside(text: str) -> list[str]:
    """Give the words that style sheets put beside elements: no reader of the text meets them."""
    rules = (rule for sheet in _SHEET.finditer(text) for rule in _rules(sheet[1]))
    added = (said for selector, said in rules if _ADDED.search(selector))
    written = (found for said in added for found in _WRITTEN.finditer(said))
    words = (found[1] or found[2] or "" for found in written)
    return [f"{one} " for one in words if any(sign.isalnum() for sign in one)]


def _for_outlook(comment: str) -> str:
    """Give the words that a comment holds for Outlook alone, its settings left out."""
    found = _OUTLOOK_ALONE.match(comment)
    inside = _SETTINGS.sub(" ", found[1]) if found is not None else ""
    return unescape(_TOKEN.sub(" ", inside)) + " "


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


def _close(name: str, open_: list[tuple[str, bool]]) -> None:
    for place in range(len(open_) - 1, max(-1, len(open_) - 20), -1):
        if open_[place][0] == name:
            del open_[place:]
            return


def _hides(tag: str, name: str) -> bool:
    if name in _KEPT_BACK and not (name == "details" and _OPENED.search(tag)):
        return True
    style = _STYLE.search(tag)
    if style is not None and _HIDING.search(next(filter(None, style.groups()), "")):
        return True
    return bool(_HIDDEN_WORD.search(re.sub(r"=\s*(?:\"[^\"]*\"|'[^']*'|\S+)", "", tag)))
