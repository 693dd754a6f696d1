"""What a reader sees of an HTML body, and what it hides or fetches; one pass, no tree is built."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

_TOKEN = re.compile(r"<!--.*?(?:-->|\Z)|<[/!?a-zA-Z][^<>]*>?", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_STYLE = re.compile(r"\bstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])|(?:max-)?(?:height|width)\s*:\s*0(?![.\d]*[1-9])"
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
    """Read a page. Style sheets are not applied: only what an element says of itself."""
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
            open_.append((name, above or _hides(token[0])))
    _put(text[position:], open_, shown, hidden)
    return Page(
        shown="".join(shown), hidden="".join(hidden), links=tuple(links), frames=tuple(frames)
    )


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
