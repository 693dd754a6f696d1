"""What Word shows of a document's XML: hidden runs, codes of fields and other branches taken out.

Markup compatibility (ECMA-376, part 3): a branch is for programs that know its namespaces, and
what is declared ignorable is dropped by those that do not. Where branches say different things,
what is read depends on the program.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.readers.lxml import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: Namespaces that office programs have in common or know of one another.
_KNOWN = (
    "http://schemas.openxmlformats.org/",
    "http://purl.oclc.org/ooxml/",
    "http://schemas.microsoft.com/office/",
    "urn:schemas-microsoft-com:",
)
_OFF = frozenset({"0", "false", "off"})
#: In half points: 2 pt, which nobody reads.
_TINY = 4
#: Of red, green and blue alike.
_PALE = 0xF0
#: Styles that rest on one another; Word makes no longer line.
_MOST_STYLES = 64
#: Where white letters may stand on a ground of their own.
_GROUNDS = frozenset({"tbl", "txbxContent"})


class ReadTwoWays(ValueError):
    """Programs show different words here."""


def name_of(element: Element) -> str:
    """Give a name of WordprocessingML without its namespace; every other one with it."""
    return _short(str(element.tag))


@lru_cache(maxsize=1_000)
def _short(tag: str) -> str:
    return tag.replace(_STRICT, "").replace(_W, "")


def settle(root: Element, hidden_styles: frozenset[str]) -> None:
    """Take out of a part what Word does not show. Raises ReadTwoWays."""
    for alternate in list(root.iter(f"{_MC}AlternateContent")):
        _choose(alternate)
    ignored = _ignored(root)
    for element in list(root.iter("*")):
        if str(element.tag).partition("}")[0][1:] in ignored:
            _take_out(element)
    _take_codes_out(root)
    white_shows = any(name_of(child) == "background" for child in root)
    for run in [one for one in root.iter("*") if name_of(one) == "r"]:
        if _is_hidden(run, hidden_styles, white_shows=white_shows):
            _take_out(run)


def styles_that_hide(styles: Element) -> frozenset[str]:
    """Name the styles of paragraphs and letters whose text is hidden, by themselves or above."""
    hides: dict[str, bool] = {}
    above: dict[str, str] = {}
    for style in (one for one in styles if name_of(one) == "style"):
        key = _attribute(style, "styleId")
        parts = {name_of(child): child for child in style}
        if "basedOn" in parts:
            above[key] = _attribute(parts["basedOn"], "val")
        own = parts.get("rPr")
        hides[key] = own is not None and (_is_on(own, "vanish") or _is_tiny(own))
    return frozenset(key for key in hides if any(hides.get(one) for one in _line(key, above)))


def _line(key: str, above: dict[str, str]) -> Iterator[str]:
    for _ in range(_MOST_STYLES):
        yield key
        key = above.get(key, "")
        if not key:
            return


def _choose(alternate: Element) -> None:
    """Put the branch that is read in the place of all."""
    branches = [one for one in alternate if str(one.tag) in {f"{_MC}Choice", f"{_MC}Fallback"}]
    texts = {_words(one) for one in branches}
    sure = len(texts) < 2 and any(_is_understood(one) for one in branches)  # noqa: PLR2004 - differ
    if texts - {""} and not sure:
        raise ReadTwoWays("alternatives with different words")
    above = alternate.getparent()
    chosen = next((one for one in branches if _is_understood(one)), None)
    if above is None:
        return
    for child in list(chosen) if chosen is not None else ():
        alternate.addprevious(child)
    above.remove(alternate)


def _is_understood(branch: Element) -> bool:
    if str(branch.tag) == f"{_MC}Fallback":
        return True
    spaces = [branch.nsmap.get(prefix) or "" for prefix in branch.get("Requires", "").split()]
    return bool(spaces) and all(space.startswith(_KNOWN) for space in spaces)


def _words(branch: Element) -> str:
    """Give the letters and figures of a branch; signs and pictures differ honestly."""
    texts = (one.text or "" for one in branch.iter("*") if str(one.tag).endswith("}t"))
    return "".join(sign for text in texts for sign in text if sign.isalnum())


def _ignored(root: Element) -> set[str]:
    """Give the namespaces that a program drops with all that is in them. Raises ReadTwoWays."""
    found: set[str] = set()
    for element in root.iter("*"):
        if element.get(f"{_MC}ProcessContent"):
            # Of some elements the frame alone is dropped: nobody who writes letters needs that.
            raise ReadTwoWays("elements that are dropped in part")
        for prefix in (element.get(f"{_MC}Ignorable") or "").split():
            space = element.nsmap.get(prefix) or ""
            if not space.startswith(_KNOWN):
                found.add(space)
    return found - {""}


def _take_codes_out(root: Element) -> None:
    """Drop the text of fields' codes: what stands between a begin and its separate mark."""
    fields: list[bool] = []
    for element in list(root.iter("*")):
        name = name_of(element)
        if name == "fldChar":
            kind = _attribute(element, "fldCharType")
            if kind == "begin":
                fields.append(True)
            elif kind == "separate" and fields:
                fields[-1] = False
            elif kind == "end" and fields:
                fields.pop()
        elif name == "t" and any(fields):
            _take_out(element)


def _is_hidden(run: Element, hidden_styles: frozenset[str], *, white_shows: bool) -> bool:
    own = next((child for child in run if name_of(child) == "rPr"), None)
    styles = {_value(own, "rStyle"), _value(_paragraph(run), "pStyle")}
    told = set() if own is None else {name_of(child) for child in own}
    # What the letters say of themselves outweighs their style.
    by_style = not told & {"vanish", "sz"} and not hidden_styles.isdisjoint(styles)
    if own is None or by_style:
        return by_style
    if _is_on(own, "vanish") or _is_tiny(own):
        return True
    grounded = white_shows or told & {"shd", "highlight"} or _stands_on_ground(run)
    return _is_pale(own) and not grounded


def _is_tiny(properties: Element) -> bool:
    size = _value(properties, "sz")
    return size.isdecimal() and int(size[:6]) <= _TINY


def _is_pale(properties: Element) -> bool:
    colour = _value(properties, "color")
    try:
        return len(colour) == 6 and min(bytes.fromhex(colour)) >= _PALE  # noqa: PLR2004 - RRGGBB
    except ValueError:
        return False


def _paragraph(run: Element) -> Element | None:
    above = next((one for one in run.iterancestors() if name_of(one) == "p"), None)
    # They stand first (17.3.1.26); a paragraph may hold a hundred thousand runs.
    first = next(iter(above), None) if above is not None else None
    return first if first is not None and name_of(first) == "pPr" else None


def _value(properties: Element | None, name: str) -> str:
    """Give the value of a property; empty where it is not there."""
    if properties is None:
        return ""
    found = next((child for child in properties if name_of(child) == name), None)
    return "" if found is None else _attribute(found, "val")


def _stands_on_ground(run: Element) -> bool:
    properties = _paragraph(run)
    if properties is not None and any(name_of(child) == "shd" for child in properties):
        return True
    return any(name_of(one) in _GROUNDS for one in run.iterancestors())


def _is_on(properties: Element, name: str) -> bool:
    found = next((child for child in properties if name_of(child) == name), None)
    return found is not None and _attribute(found, "val").lower() not in _OFF


def _attribute(element: Element, name: str) -> str:
    return element.get(f"{_W}{name}") or element.get(f"{_STRICT}{name}") or ""


def _take_out(element: Element) -> None:
    above = element.getparent()
    if above is not None:
        above.remove(element)
