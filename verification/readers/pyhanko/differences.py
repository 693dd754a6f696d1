"""What differs between the signed revision and the file as it is, object by object.

A difference is permitted only if a row here names it: later signatures, time-stamps and
validation data always, form filling and annotations where the signer allowed them. Everything
else that can be reached from the catalogue counts as changed (ISO 32000-2, 12.8.2.2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pyhanko.pdf_utils import generic

from verification.readers.pyhanko.objects import (
    INHERITED,
    TooManyObjectsError,
    all_fields,
    dictionary_of,
    entries,
    field_entry,
    field_name,
    inherited,
    number_of,
    pages,
    raw,
    resolve,
    value_of,
)
from verification.values import Text

if TYPE_CHECKING:
    from verification.readers.pyhanko.objects import Reader

Kind = Literal["added", "filled", "annotated", "changed"]

#: Catalogue entries without an effect on what is seen or said.
_NEUTRAL_ENTRIES = frozenset(
    {"/DSS", "/Extensions", "/Perms", "/Metadata", "/Version", "/AcroForm", "/Pages"}
)
#: Entries of a page that are compared elsewhere or have nothing to do with its content.
_PAGE_SKIPPED = frozenset(
    {"/Annots", "/Parent", "/StructParents", "/Tabs", "/PieceInfo", "/LastModified"}
)
#: What filling in a field may alter.
_FILLING = frozenset({"/V", "/AP", "/AS", "/BS", "/DA", "/M", "/MK", "/I", "/RV"})
#: Flags of a field (ISO 32000-2, tables 227 and 229).
_READ_ONLY, _PUSH_BUTTON = 1, 1 << 16
#: What makes a viewer do something.
_ACTIONS = frozenset({"/A", "/AA"})
#: Entries of a field that are walked by themselves, and its number in the structure tree.
_ELSEWHERE = frozenset({"/Parent", "/P", "/Kids", "/StructParent"})


@dataclass(frozen=True, slots=True)
class Part:
    """Something that differs. `name` is as the file has it; `page` counts from 1."""

    kind: Kind
    name: Text
    page: int | None = None
    #: Number of the object that draws it, where that is one widget or annotation.
    number: int | None = None
    #: The form field, where it is one; None for a document time-stamp, which locks nothing.
    field_name: str | None = None
    #: It makes viewers do something: nobody's second opinion acquits that.
    acts: bool = False
    #: A form field that nobody fills in: one that is only read, or a button.
    guarded: bool = False


@dataclass(slots=True)
class Comparison:
    """One walk over both documents; `parts` is the result, in the order found."""

    old: Reader
    new: Reader
    #: So many pairs of objects may be compared; with more the comparison gives up.
    max_pairs: int
    parts: list[Part] = field(default_factory=list)
    _pairs: set[tuple[int, int]] = field(default_factory=set)
    _old_places: dict[int, object] = field(default_factory=dict)
    _new_places: dict[int, object] = field(default_factory=dict)
    _signatures_added: bool = False

    @property
    def pairs(self) -> int:
        """How many pairs of objects were compared."""
        return len(self._pairs)

    def run(self) -> list[Part]:
        """Compare pages, then fields, then the rest of the catalogue."""
        old_pages, new_pages = list(pages(self.old)), list(pages(self.new))
        self._old_places = _places(self.old, old_pages)
        self._new_places = _places(self.new, new_pages)
        if len(old_pages) != len(new_pages):
            self._changed(
                f"页数由 {len(old_pages)} 变为 {len(new_pages)}",
                f"the number of pages ({len(old_pages)}, now {len(new_pages)})",
            )
        for page, (before, after) in enumerate(zip(old_pages, new_pages, strict=False), start=1):
            self._compare_page(before, after, page)
        self._compare_form()
        self._compare_catalogue()
        return list(dict.fromkeys(self.parts))

    # Pages

    def _compare_page(
        self, old: generic.DictionaryObject, new: generic.DictionaryObject, page: int
    ) -> None:
        keys = {*old, *new, *INHERITED} - _PAGE_SKIPPED
        if not all(self._same(inherited(old, key), inherited(new, key)) for key in sorted(keys)):
            self._changed(f"第 {page} 页的内容", f"the content of page {page}", page=page)
        self._compare_annotations(entries(old, "/Annots"), entries(new, "/Annots"), page)

    def _compare_annotations(self, old: list[Any], new: list[Any], page: int) -> None:
        before = {_key(item, index): item for index, item in enumerate(old)}
        after = {_key(item, index): item for index, item in enumerate(new)}
        for key in before.keys() - after.keys():
            self._annotation("annotated", after_or_before=before[key], page=page, verb="gone")
        for key, item in after.items():
            if key not in before:
                self._added_annotation(item, page)
            elif not self._same_inside(before[key], item):
                self._altered_annotation(before[key], item, page)

    def _added_annotation(self, item: Any, page: int) -> None:
        annotation = item.get_object()
        is_widget = value_of(annotation, "/Subtype") == "/Widget"
        is_signature = is_widget and field_entry(annotation, "/FT") == "/Sig"
        if is_signature and not _ACTIONS & set(annotation) and not _is_drawn_unsigned(annotation):
            self._signatures_added = True
            name = field_name(annotation)
            text = Text(
                zh=f"第 {page} 页的签名域“{name}”", en=f'signature field "{name}", page {page}'
            )
            self.parts.append(
                Part("added", text, page, number_of(item), _locking(annotation, name))
            )
            return
        self._annotation("annotated", after_or_before=item, page=page, verb="new")

    def _altered_annotation(self, old: Any, new: Any, page: int) -> None:
        before, after = old.get_object(), new.get_object()
        if value_of(after, "/Subtype") != "/Widget" or value_of(before, "/Subtype") != "/Widget":
            self._annotation("annotated", after_or_before=new, page=page, verb="altered")
            return
        self._widget(before, after, page, number_of(new))

    def _widget(
        self,
        old: generic.DictionaryObject,
        new: generic.DictionaryObject,
        page: int | None,
        number: int | None,
    ) -> None:
        """Judge a form field that differs, or the place where one is drawn."""
        altered = {
            key for key in {*old, *new} - _ELSEWHERE if not self._same(raw(old, key), raw(new, key))
        }
        if not altered:
            return
        name = field_name(new)
        is_signature = field_entry(new, "/FT") == "/Sig"
        if (
            is_signature
            and field_entry(old, "/V") is None
            and altered <= _FILLING | {"/F", "/Lock"}
        ):
            self._signatures_added = True
            text = Text(zh=f"签名“{name}”", en=f'signature "{name}"')
            self.parts.append(Part("added", text, page, number, _locking(new, name)))
        elif not is_signature and altered <= _FILLING:
            text = Text(zh=f"表单域“{name}”", en=f'form field "{name}"')
            guarded = self._is_guarded(old)
            self.parts.append(Part("filled", text, page, number, name, guarded=guarded))
        else:
            keys = " ".join(sorted(altered))
            self._changed(
                f"域“{name}”的 {keys}", f'{keys} of field "{name}"', page=page, number=number
            )

    def _is_guarded(self, field_: generic.DictionaryObject) -> bool:
        """Tell whether who signed left a field that is not to be filled in (12.7.4.1 and 12.7.5.2).

        What the file calculates is only read, too, and changes when another field is filled in; and
        services of signing write the signer's name into empty fields that are only read.
        """
        flags = field_entry(field_, "/Ff")
        flags = int(flags) if isinstance(flags, generic.NumberObject) else 0
        if flags & _PUSH_BUTTON and field_entry(field_, "/FT") == "/Btn":
            return True
        calculates = "/C" in dictionary_of(field_entry(field_, "/AA"))
        return bool(flags & _READ_ONLY and field_entry(field_, "/V")) and not calculates

    def _annotation(self, kind: Kind, *, after_or_before: Any, page: int, verb: str) -> None:
        annotation = after_or_before.get_object()
        subtype = str(value_of(annotation, "/Subtype") or "?").lstrip("/")
        zh = {"gone": "删除", "new": "新增", "altered": "修改"}[verb]
        text = Text(
            zh=f"第 {page} 页{zh}的批注（{subtype}）",
            en=f"{verb} annotation ({subtype}), page {page}",
        )
        acts = verb != "gone" and bool(_ACTIONS & set(annotation)) and subtype == "Widget"
        self.parts.append(Part(kind, text, page, number_of(after_or_before), acts=acts))

    # Form and catalogue

    def _compare_form(self) -> None:
        old = dictionary_of(value_of(self.old.root, "/AcroForm"))
        new = dictionary_of(value_of(self.new.root, "/AcroForm"))
        for key in sorted({*old, *new} - {"/Fields", "/SigFlags", "/NeedAppearances", "/DA"}):
            if key == "/DR":
                # Fields draw their text with its fonts; its pictures belong to nobody.
                one, other = dictionary_of(value_of(old, key)), dictionary_of(value_of(new, key))
                same = all(
                    self._only_grew(value_of(one, kind), value_of(other, kind))
                    for kind in ("/Font", "/Encoding")
                )
            else:
                same = self._same(raw(old, key), raw(new, key))
            if not same:
                self._changed(f"表单的 {key}", f"{key} of the form")
        if value_of(new, "/NeedAppearances") and not value_of(old, "/NeedAppearances"):
            # From now on viewers draw each field by its value, which may be another than was shown.
            self._changed("表单的 /NeedAppearances", "/NeedAppearances of the form")
        before, after = dict(all_fields(old)), dict(all_fields(new))
        for key in before.keys() - after.keys():
            name = field_name(before[key])
            self._changed(f"被删除的域“{name}”", f'field "{name}", which is gone')
        for key, value in after.items():
            if key in before:
                self._widget(before[key], value, None, None)
            else:
                self._added_field(value)

    def _added_field(self, value: generic.DictionaryObject) -> None:
        name = field_name(value)
        if field_entry(value, "/FT") == "/Sig" and not _ACTIONS & set(value):
            self._signatures_added = True
            text = Text(zh=f"签名“{name}”", en=f'signature "{name}"')
            self.parts.append(Part("added", text, None, None, _locking(value, name)))
        else:
            self._changed(f"新增的域“{name}”", f'field "{name}", which is new')

    def _compare_catalogue(self) -> None:
        old, new = self.old.root, self.new.root
        skipped = set(_NEUTRAL_ENTRIES)
        if self._signatures_added:
            # Tagged files list the new widget in the structure tree.
            skipped |= {"/StructTreeRoot", "/MarkInfo"}
        for key in sorted({*old, *new} - skipped):
            if not self._same(raw(old, key), raw(new, key)):
                self._changed(f"文档目录的 {key}", f"{key} of the catalogue")
        if not self._same(raw(old, "/DSS"), raw(new, "/DSS")):
            self.parts.append(Part("added", Text(zh="验证资料（DSS）", en="validation data (DSS)")))

    def _changed(
        self, zh: str, en: str, *, page: int | None = None, number: int | None = None
    ) -> None:
        self.parts.append(Part("changed", Text(zh=zh, en=en), page, number))

    # Objects

    def _only_grew(self, old: Any, new: Any) -> bool:
        """Tell whether a resource dictionary kept all that it had."""
        before, after = dictionary_of(old), dictionary_of(new)
        for key in before:
            one, other = before[key], value_of(after, key)
            if isinstance(one, generic.DictionaryObject) and not isinstance(
                one, generic.StreamObject
            ):
                if not self._only_grew(one, other):
                    return False
            elif not self._same(raw(before, key), raw(after, key)):
                return False
        return True

    def _same(self, old: Any, new: Any) -> bool:
        """Compare deeply, without recursion: bookmarks alone are chained a thousand deep."""
        seen: set[tuple[int, int]] = set()
        stack = [(old, new)]
        while stack:
            before, after = stack.pop()
            one, other = number_of(before), number_of(after)
            if one is not None and other is not None:
                key = (one, other)
                if key in self._pairs or key in seen or self._compared_elsewhere(one, other):
                    continue
                seen.add(key)
                if len(self._pairs) + len(seen) > self.max_pairs:
                    raise TooManyObjectsError
            children = self._children(before, after)
            if children is None:
                return False
            stack.extend(children)
        self._pairs |= seen
        return True

    def _same_inside(self, old: Any, new: Any) -> bool:
        """Compare what two references lead to, even where it is a field or a page."""
        children = self._children(old, new)
        return children is not None and all(self._same(*pair) for pair in children)

    def _children(self, old: Any, new: Any) -> list[tuple[Any, Any]] | None:
        """Give the pairs to be compared next, or None when the two differ by themselves."""
        if not self._untouched(old, new):
            return _children(resolve(old), resolve(new))
        return [
            (generic.IndirectObject(*inner, self.old), generic.IndirectObject(*inner, self.new))
            for inner in self.new.references(new.reference)
        ]

    def _untouched(self, old: Any, new: Any) -> bool:
        """Tell whether both are the same bytes of the signed revision, to be parsed only once."""
        if not isinstance(old, generic.IndirectObject) or not isinstance(
            new, generic.IndirectObject
        ):
            return False
        one, other = old.reference, new.reference
        return (
            (one.idnum, one.generation) == (other.idnum, other.generation)
            and self.old.place(one) == self.new.place(other) is not None
            and self.new.end(other) <= self.old.size
        )

    def _compared_elsewhere(self, old: int, new: int) -> bool:
        """Tell whether both are the same page or field: those are walked one by one."""
        place = self._old_places.get(old)
        return place is not None and place == self._new_places.get(new)


def _children(old: Any, new: Any) -> list[tuple[Any, Any]] | None:
    """Give the pairs to be compared next, or None when the two differ by themselves."""
    if isinstance(old, generic.DictionaryObject) and isinstance(new, generic.DictionaryObject):
        if not _same_stream(old, new):
            return None
        return [(raw(old, key), raw(new, key)) for key in sorted({*old, *new})]
    if isinstance(old, generic.ArrayObject) and isinstance(new, generic.ArrayObject):
        if len(old) != len(new):
            return None
        return [(old.raw_get(index), new.raw_get(index)) for index in range(len(old))]
    return [] if _same_atom(old, new) else None


def _same_stream(old: Any, new: Any) -> bool:
    if isinstance(old, generic.StreamObject) and isinstance(new, generic.StreamObject):
        return bool(old.encoded_data == new.encoded_data)
    return not isinstance(old, generic.StreamObject) and not isinstance(new, generic.StreamObject)


def _same_atom(old: Any, new: Any) -> bool:
    strings = (generic.TextStringObject, generic.ByteStringObject)
    if isinstance(old, strings) and isinstance(new, strings):
        return bool(old.original_bytes == new.original_bytes)
    if isinstance(old, generic.NullObject) or old is None:
        return isinstance(new, generic.NullObject) or new is None
    return type(old) is type(new) and bool(old == new)


def _key(item: Any, index: int) -> object:
    return number_of(item) or ("direct", index)


def _places(reader: Reader, pages: list[generic.DictionaryObject]) -> dict[int, object]:
    """Name every page by its position, every field by its number; signatures refer to them."""
    places: dict[int, object] = {reader.root_ref.idnum: "catalogue"}
    form = dictionary_of(value_of(reader.root, "/AcroForm"))
    for key, _ in all_fields(form):
        if isinstance(key, int):
            places[key] = ("field", key)
    for position, page in enumerate(pages):
        number = getattr(page.container_ref, "idnum", None)
        if number is not None:
            places[number] = ("page", position)
    return places


def _is_drawn_unsigned(widget: generic.DictionaryObject) -> bool:
    """Tell whether a signature field that nobody signed has something to show."""
    if field_entry(widget, "/V") is not None:
        return False
    stack = [value_of(dictionary_of(value_of(widget, "/AP")), "/N")]
    for look in stack:
        if isinstance(look, generic.StreamObject):
            if look.encoded_data.strip():
                return True
        elif isinstance(look, generic.DictionaryObject) and len(stack) == 1:
            stack += [value_of(look, key) for key in look]
    return False


def _locking(value: generic.DictionaryObject, name: str) -> str | None:
    """Give the field's name unless it holds a time stamp, which DocMDP never forbids."""
    signature = dictionary_of(field_entry(value, "/V"))
    is_stamp = value_of(signature, "/Type") == "/DocTimeStamp"
    return None if is_stamp or value_of(signature, "/SubFilter") == "/ETSI.RFC3161" else name
