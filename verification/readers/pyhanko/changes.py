"""What was done to the file after a signature: objects, pages, looks; and what of it is lawful.

Three witnesses: the shape of the appended bytes, the objects as a strict reader sees them, and
the pages as a tolerant viewer shows them. One of them objecting is enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyhanko.pdf_utils import generic
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm

from verification.readers import looks
from verification.readers.pyhanko import faces
from verification.readers.pyhanko.coverage import Layout
from verification.readers.pyhanko.differences import Comparison, Part
from verification.readers.pyhanko.document import (
    Document,
    Found,
    find_in_form,
    open_document,
    widget_numbers,
)
from verification.readers.pyhanko.information import said_otherwise
from verification.readers.pyhanko.objects import dictionary_of, value_of
from verification.readers.pyhanko.sentences import judge, reason_of
from verification.values import ByteRange, PageBox, Text

if TYPE_CHECKING:
    from verification.readers.pyhanko.coverage import Coverage
    from verification.readers.pyhanko.objects import Reader
    from verification.values import Evidence, Judgement

#: ISO 32000-2, table 257.
NO_CHANGES, FILL_FORMS, ANNOTATE = 1, 2, 3
#: pyHanko compares every later revision in turn: with more it is not asked for its opinion.
MAX_OPINION_REVISIONS = 12


@dataclass(slots=True)
class File:
    """The file as it is, opened once for all its signatures."""

    data: bytes
    reader: Reader
    max_pages: int
    #: So many pairs of objects may be compared for all signatures together.
    pairs_left: int = 400_000
    #: Ends of the signed revisions that are drawn; drawing is what costs most.
    drawn_ends: frozenset[int] = frozenset()
    #: All signatures that the form leads to.
    signed: tuple[Found, ...] = ()
    _now: looks.Revision | None = field(default=None)
    _layout: Layout | None = field(default=None)

    @property
    def layout(self) -> Layout:
        """Find the objects in the bytes when something was appended."""
        if self._layout is None:
            self._layout = Layout(self.data, self.reader)
        return self._layout

    @property
    def now(self) -> looks.Revision:
        """Open with the tolerant engines when they are first needed."""
        if self._now is None:
            self._now = looks.Revision(self.data)
        return self._now

    def close(self) -> None:
        if self._now is not None:
            self._now.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What the signer allowed: DocMDP level (None: nothing said) and locked fields."""

    level: int | None
    locks: FieldMDPSpec | None

    def allows(self, part: Part) -> bool:
        if part.kind == "added":
            return self.level != NO_CHANGES or part.field_name is None
        if part.kind == "filled":
            fills = self.level in {FILL_FORMS, ANNOTATE} and not part.guarded
            return fills and not self.locked(part)
        return False

    def locked(self, part: Part) -> bool:
        return bool(
            self.locks is not None and part.field_name and self.locks.is_locked(part.field_name)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The answer, with names for reports."""

    judgement: Judgement
    parts: tuple[str, ...] = ()
    #: Set when the signature dictionary itself is not the one that was signed.
    spoofed: Judgement | None = None


def judge_changes(found: Found, coverage: Coverage, file: File, revision: int) -> Changes:
    """Compare the signed revision with the file as it is."""
    if coverage.whole:
        return Changes(judgement=judge("unchanged"))
    tail = len(file.data) - coverage.end
    box = (ByteRange(start=coverage.end, end=len(file.data), caption=APPENDED),)
    reason = file.layout.tail_fault(coverage.end)
    if reason is not None:
        return Changes(judgement=judge("tail", box, tail=tail, reason=reason), parts=("tail",))
    try:
        signed = open_document(file.data[: coverage.end])
        original = _original(found, signed)
        if original is None:
            spoofed = judge("spoofed", box, reason=_NOT_THERE)
            return Changes(judgement=judge("uncompared", box, reason=_NOT_THERE), spoofed=spoofed)
        scene = _Scene(file, coverage.end, revision, box, _drawn_signatures(signed))
        return _compare(found, original, signed.reader, scene)
    except Exception as error:  # noqa: BLE001 - what cannot be compared is not known to be unchanged
        return Changes(judgement=judge("uncompared", box, reason=reason_of(error)))


APPENDED = Text(zh="签署后追加的字节", en="Bytes appended after signing")
_NOT_THERE = Text(
    zh="签署时的版本里没有这个签名", en="the signed revision does not hold this signature"
)
_BROKEN = Text(
    zh="追加部分的交叉引用损坏，阅读器须修复后才能显示",
    en="cross-references broken by what was appended, so that viewers must repair the file",
)
_BEFORE = Text(zh="签署时的样子", en="As it was when signed")
_AFTER = Text(zh="现在的样子", en="As it is now")
#: So many places are pointed at; more say nothing new.
MAX_BOXES = 20
_ALTERED = Text(zh="签署后被改写", en="it was rewritten after signing")


@dataclass(frozen=True, slots=True)
class _Scene:
    file: File
    end: int
    revision: int
    box: tuple[Evidence, ...]
    #: Numbers of what draws the signatures that were there already.
    signatures: frozenset[int]


def _compare(found: Found, original: Found, signed: Reader, scene: _Scene) -> Changes:
    comparison = Comparison(signed, scene.file.reader, scene.file.pairs_left)
    parts = [*comparison.run(), *said_otherwise(signed, scene.file.reader)]
    scene.file.pairs_left -= comparison.pairs
    permission = read_permission(original)
    spoofed = None
    if _dictionary_differs(original, found):
        spoofed = judge("spoofed", scene.box, reason=_ALTERED)
    case = _case(parts, permission)
    acts = any(part.acts for part in parts)
    if case == "changed" and not acts and _has_no_objection(scene, permission):
        case = "doubted"
    look, words = _look(parts, scene)
    if look is not None:
        case, parts = _add_look(case, parts, look)
    if case == "allowed" and words:
        case = "speaking"
    evidence = _boxes(parts, look, scene) or scene.box
    facts = {"parts": _listed(parts), "words": words}
    judgement = judge(case, evidence if case != "allowed" else (), **facts)
    return Changes(
        judgement=judgement, parts=tuple(part.name.en for part in parts), spoofed=spoofed
    )


def _case(parts: list[Part], permission: Permission) -> str:
    """Name the row for the worst of the parts."""
    open_parts = [part for part in parts if not permission.allows(part)]
    if not open_parts:
        return "allowed"
    kinds = {part.kind for part in open_parts}
    if kinds == {"annotated"} and permission.level == ANNOTATE:
        return "annotated"
    locked = any(permission.locked(part) for part in open_parts)
    if kinds == {"filled"} and permission.level is None and not locked:
        return "filled"
    if kinds == {"filled"} and permission.level != NO_CHANGES and not locked:
        return "guarded"
    return "changed"


def read_permission(found: Found) -> Permission:
    """Read DocMDP and FieldMDP of one signature (ISO 32000-2, 12.8.2)."""
    level: int | None = None
    locks: FieldMDPSpec | None = None
    references = value_of(found.dictionary, "/Reference") if found.dictionary is not None else None
    for entry in references if isinstance(references, generic.ArrayObject) else ():
        reference = entry.get_object()
        method = value_of(reference, "/TransformMethod")
        parameters = value_of(reference, "/TransformParams")
        if method == "/DocMDP":
            level = int(value_of(parameters, "/P") or FILL_FORMS) if parameters else FILL_FORMS
        elif method == "/FieldMDP" and parameters:
            locks = FieldMDPSpec.from_pdf_object(parameters)
    lock = value_of(found.field, "/Lock") if found.field is not None else None
    if level is None and isinstance(lock, generic.DictionaryObject) and "/P" in lock:
        level = int(lock["/P"])
    return Permission(level=level, locks=locks)


def certifies(found: Found) -> bool:
    """Tell whether the signature is a certification: one with a DocMDP transform."""
    references = value_of(found.dictionary, "/Reference") if found.dictionary is not None else None
    return any(
        value_of(dictionary_of(entry), "/TransformMethod") == "/DocMDP"
        for entry in (references if isinstance(references, generic.ArrayObject) else ())
    )


def judge_cut_off(found: Found, end: int, file: File) -> Judgement | None:
    """Judge a signature that its own revision leads to and the file as it is does not.

    None where it was merely taken out of its field, as one does who clears a signature, or where
    nothing can be said: then it is not known what the signature stands for.
    """
    try:
        signed = open_document(file.data[:end])
        if not any(one.byte_range == found.byte_range for one in find_in_form(signed)):
            return None
        parts = Comparison(signed.reader, file.reader, file.pairs_left).run()
    except Exception:  # noqa: BLE001 - what cannot be compared is not known to be changed
        return None
    changed = [part for part in parts if part.kind == "changed" and part.page is not None]
    if not any(part.number is None for part in changed):
        return None
    box = (ByteRange(start=end, end=len(file.data), caption=APPENDED),)
    return judge("changed", box, parts=_listed(changed))


def _drawn_signatures(signed: Document) -> frozenset[int]:
    return frozenset(number for one in find_in_form(signed) for number in widget_numbers(one))


def _original(found: Found, signed: Document) -> Found | None:
    for candidate in find_in_form(signed, found.id):
        if candidate.byte_range == found.byte_range and candidate.contents == found.contents:
            return candidate
    return None


def _dictionary_differs(original: Found, found: Found) -> bool:
    """Tell whether what is said of the signature (reason, name, time …) was rewritten."""
    one, other = original.dictionary, found.dictionary
    if one is None or other is None:
        return False
    keys = {*one, *other} - {"/Reference"}
    return any(_plain(one, key) != _plain(other, key) for key in keys)


def _plain(dictionary: generic.DictionaryObject, key: str) -> Any:
    value = value_of(dictionary, key)
    return getattr(value, "original_bytes", None) or repr(value)


def _has_no_objection(scene: _Scene, permission: Permission) -> bool:
    """Ask pyHanko's own difference analysis for a second opinion."""
    reader = scene.file.reader
    base = scene.file.layout.revision_at(scene.end)
    if reader.xrefs.total_revisions - base > MAX_OPINION_REVISIONS:
        return False
    try:
        level = None if permission.level is None else MDPPerm(permission.level)
        result = DEFAULT_DIFF_POLICY.review_file(
            reader, base, field_mdp_spec=permission.locks, doc_mdp=level
        )
    except Exception:  # noqa: BLE001 - it leaks many kinds; an opinion that fails is none
        return False
    highest = ModificationLevel(min(permission.level or FILL_FORMS, FILL_FORMS))
    return isinstance(result, DiffResult) and result.modification_level <= highest


def _look(parts: list[Part], scene: _Scene) -> tuple[looks.Look | None, str]:
    """Draw both revisions, where this is one of those to be drawn; and read new signatures."""
    if scene.end not in scene.file.drawn_ends:
        return None, ""
    added = {part.number for part in parts if part.kind == "added"}
    altered = {part.number for part in parts if part.kind in {"filled", "annotated"}}
    permitted = looks.Permitted(
        added=frozenset(number for number in added if number is not None),
        altered=frozenset(number for number in altered if number is not None),
        signatures=scene.signatures,
    )
    before = looks.Revision(scene.file.data[: scene.end])
    try:
        look = looks.compare(before, scene.file.now, permitted, scene.file.max_pages)
        return look, _strange_words(permitted.added, before, scene.file)
    finally:
        before.close()


def _strange_words(numbers: frozenset[int], before: looks.Revision, file: File) -> str:
    """Give what later signatures say beside themselves, of the first one that does."""
    for number, place in sorted(file.now.view.places(numbers).items()):
        found = faces.of_widget(file.signed, number)
        words = faces.strange_words(before.view, file.now.view, place, found) if found else ""
        if words:
            return words
    return ""


def _add_look(case: str, parts: list[Part], look: looks.Look) -> tuple[str, list[Part]]:
    """Let the tolerant viewer object; it never acquits."""
    seen = [region for region in look.regions if not region.hidden]
    shown = {part.page for part in parts if part.kind == "changed"}
    new = [_seen(region.page) for region in seen if region.page not in shown]
    if case != "changed" and look.pages_before != look.pages_after:
        zh = f"页数由 {look.pages_before} 变为 {look.pages_after}"
        en = f"the number of pages ({look.pages_before}, now {look.pages_after})"
        new.append(Part("changed", Text(zh=zh, en=en)))
    if case != "changed" and look.repaired:
        new.append(Part("changed", _BROKEN))
    if new:
        return "changed", [*parts, *new]
    if any(region.hidden for region in look.regions):
        # Where the objects are in doubt, and ink of the signed page is gone, there is none left.
        return {"allowed": "hidden", "doubted": "changed"}.get(case, case), parts
    return case, parts


def _seen(page: int) -> Part:
    text = Text(zh=f"第 {page} 页显示的内容", en=f"what page {page} shows")
    return Part("changed", text, page)


def _listed(parts: list[Part]) -> Text:
    """Name the parts that matter most: changes before permitted additions."""
    order = ("changed", "annotated", "filled", "added")
    names = [part.name for kind in order for part in parts if part.kind == kind]
    names = list(dict.fromkeys(names)) or [Text(zh="无可见影响的更新", en="nothing visible")]
    return Text(zh="、".join(name.zh for name in names), en="; ".join(name.en for name in names))


def _boxes(parts: list[Part], look: looks.Look | None, scene: _Scene) -> tuple[Evidence, ...]:
    """Point at what looks different, before and after, and at the widgets concerned."""
    regions = [(region.page, region.box) for region in look.regions] if look else []
    numbers = {part.number for part in parts if part.number is not None}
    if not regions:
        regions = list(scene.file.now.view.places(numbers).values())
    boxes: list[Evidence] = []
    for page, box in regions[:MAX_BOXES]:
        boxes.append(PageBox(page=page, box=box, revision=scene.revision, caption=_BEFORE))
        boxes.append(PageBox(page=page, box=box, caption=_AFTER))
    return tuple(boxes)
