"""HTML, SVG and XML told apart by the first element, and HTML that begins without one."""

from __future__ import annotations

import re

_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?=[\s/>]|$)")
#: At the beginning of a line: elsewhere a text may be speaking of them.
_LATER_HTML = re.compile(
    r"^[ \t]{0,80}<(?:html|head|body|!doctype html)[\s>]", re.IGNORECASE | re.MULTILINE
)
_LATER_WITHIN = 2048
_PROLOGUE = re.compile(r"""["'\[\]>]|<!--|<\?""")
_CLOSED_BY = {'"': '"', "'": "'", "<!--": "-->", "<?": "?>"}
#: Programs that fill pages in put their own words around the markup.
_TEMPLATE = re.compile(
    r"\{%.{0,200}?%\}|\{#.{0,2000}?#\}|<%.{0,2000}?%>|\{\{.{0,200}?\}\}", re.DOTALL
)
_TEMPLATES = 50
#: Elements with which a page begins that says no more of itself (WHATWG HTML, 4 and 16).
_HTML_WORDS = (
    "html head body title meta link script style base table div span p a b i u br hr center font"
    " pre img form iframe frameset h1 h2 h3 h4 h5 h6 ul ol li dl blockquote address nav section"
    " article header footer main noscript strong em small tt button video audio canvas details"
    " dialog fieldset figure input label select textarea s strike sub sup big dt dd tr td th"
    " thead tbody caption map area nobr code kbd samp cite q abbr acronym picture summary"
)
_HTML_ELEMENTS = frozenset(_HTML_WORDS.split())
_XHTML = "http://www.w3.org/1999/xhtml"
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,9})(?:\s[^<>]{0,400})?/?>")
_CODE = re.compile(
    r"^(?:```|\s{0,8}(?:import|from|def|class|function|package|use|var|const)\s)", re.MULTILINE
)
_DENSITY_CHARS = 8192
#: A text with so many tags, one in so many of its characters being theirs, is a page.
_FEWEST_TAGS, _FEWEST_KINDS, _TAG_SHARE = 6, 2, 5


def name_markup(text: str) -> str | None:
    """Give ``html``, ``svg`` or ``xml``; None for a text that is none of them."""
    root, doctype, xml = _root(text)
    if root == "svg":
        return "svg"
    if root == "html" or (root in _HTML_ELEMENTS and not xml):
        return "html"
    if root is not None and (xml or doctype or _is_closed(text, root)):
        return "xml"
    if _LATER_HTML.search(text, 0, _LATER_WITHIN) or _is_fragment(text):
        return None if _CODE.search(text, 0, _DENSITY_CHARS) else "html"
    return None


def root_name(text: str) -> str | None:
    """Give the first element's name in lower case, without its prefix."""
    return _root(text)[0]


def _root(text: str) -> tuple[str | None, bool, bool]:
    """Give the first element in lower case, whether a DOCTYPE is there, whether XML for sure."""
    position, doctype, xml = _skip_templates(text), False, False
    while True:
        position = _skip_space(text, position)
        if text.startswith("<?", position):
            xml = xml or text.startswith("<?xml", position)
            end = text.find("?>", position)
        elif text.startswith("<!--", position):
            end = text.find("-->", position)
        elif text.startswith("<!", position):
            if text[position : position + 14].lower() == "<!doctype html":
                return "html", True, xml
            doctype = True
            end = _declaration_end(text, position)
        else:
            break
        if end < 0:
            return None, doctype, xml
        position = text.index(">", end) + 1
    found = _ROOT.match(text, position)
    if found is None:
        return None, doctype, xml
    # A namespace on the first element is as good as a declaration, unless it is HTML's own.
    tag = text[position : text.find(">", position) + 1]
    xml = _XHTML not in tag and (xml or "xmlns" in tag)
    return found.group(2).lower(), doctype, xml


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and (text[position].isspace() or text[position] == "\ufeff"):
        position += 1
    return position


def _skip_templates(text: str) -> int:
    position = _skip_space(text, 0)
    for _ in range(_TEMPLATES):
        found = _TEMPLATE.match(text, position)
        if found is None:
            break
        position = _skip_space(text, found.end())
    return position


def _declaration_end(text: str, position: int) -> int:
    """Find the ``>`` that ends a declaration: none in quotes, comments or what brackets hold."""
    plain = text.find(">", position)
    inside = False
    while (found := _PROLOGUE.search(text, position)) is not None:
        mark, position = found[0], found.end()
        if mark in _CLOSED_BY:
            ended = text.find(_CLOSED_BY[mark], position)
            if ended < 0:
                return -1 if inside else plain
            position = ended + len(_CLOSED_BY[mark])
        elif mark == ">" and not inside:
            return found.start()
        elif mark in "[]":
            inside = mark == "["
    return -1


def _is_closed(text: str, root: str) -> bool:
    """Say whether the text ends with the end tag of its first element, as a document does."""
    return text[-2 * len(root) - 80 :].rstrip().lower().endswith((f"</{root}>", f":{root}>"))


def _is_fragment(text: str) -> bool:
    """Say whether a text is full of HTML's tags, as the body of a mail is."""
    sample = text[:_DENSITY_CHARS]
    tags = [found for found in _TAG.finditer(sample) if found[1].lower() in _HTML_ELEMENTS]
    if len(tags) < _FEWEST_TAGS or len({found[1].lower() for found in tags}) < _FEWEST_KINDS:
        return False
    return sum(len(found[0]) for found in tags) * _TAG_SHARE > len(sample)
