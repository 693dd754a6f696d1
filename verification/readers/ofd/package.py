"""An OFD package: parts by their paths, whoever wrote these, and XML without entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.readers.gm import values
from verification.readers.lxml import XmlError, parse_xml
from verification.readers.zip import ZipError, open_archive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.limits import Limits
    from verification.readers.lxml import Element
    from verification.readers.zip import Member

ROOT_PART = "OFD.xml"
#: Pages of drawings are the largest XML there is; a map of a city takes some ten of these.
XML_BYTES = 32 * 1024 * 1024
#: Fonts and pictures that are drawn.
MEDIA_BYTES = 64 * 1024 * 1024
MOST_PATH_CHARS = 1_000


class PartError(ValueError):
    """A part that is missing or cannot be read; `part` says which."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part}: {reason}")
        self.part = part


class Package:
    """An opened package. Paths have no leading slash and compare without regard to case."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Open it. Raises PartError, and LimitExceeded for entries, size or ratio."""
        archive = open_archive(data, limits)
        if archive is None:
            raise PartError(ROOT_PART, "no ZIP archive can be found")
        self._archive = archive
        self._members: dict[str, list[Member]] = {}
        for member in archive.members:
            if not member.folder:
                self._members.setdefault(_key(member.name), []).append(member)
        self._digests: dict[tuple[str, str], bytes] = {}

    def parts(self) -> tuple[str, ...]:
        """Give the names of all parts, in the order of the directory, each once."""
        return tuple(members[-1].name for members in self._members.values())

    def find(self, path: str) -> str | None:
        """Give the part's own name for a path in either case; None where there is none."""
        member = self._pick(path)
        return member.name if member else None

    def is_ambiguous(self, path: str) -> bool:
        """Tell whether several parts go by this name: programs differ on which one they show."""
        return len(self._members.get(_key(path), ())) > 1

    def look_up(self, base: str, written: str, *folders: str) -> str | None:
        """Find what the part `base` calls `written`: below its folder, the others, the root."""
        for folder in (base.rpartition("/")[0], *folders, ""):
            found = self.find(resolve(folder, written))
            if found is not None:
                return found
        return None

    def locate(self, base: str, written: str, *folders: str) -> str:
        """Find it as `look_up` does, or give the path where it should be."""
        expected = resolve(base.rpartition("/")[0], written)
        return self.look_up(base, written, *folders) or expected

    def read(self, path: str, most: int = MEDIA_BYTES) -> bytes:
        """Unpack a part. Raises PartError."""
        try:
            return self._archive.read(self._member(path), most)
        except ZipError as error:
            raise PartError(path, str(error)) from error

    def xml(self, path: str) -> Element:
        """Parse a part. Raises PartError, also for a document type, whence entities come."""
        try:
            return parse_xml(self.read(path, XML_BYTES), XML_BYTES)
        except XmlError as error:
            raise PartError(path, str(error)) from error

    def digest(self, path: str, name: str) -> bytes:
        """Digest a part, once for all signatures. Raises PartError."""
        known = self._digests.get((path, name))
        if known is None:
            known = values.digest(name, self.read(path))
            self._digests[path, name] = known
        return known

    def _member(self, path: str) -> Member:
        member = self._pick(path)
        if member is None:
            raise PartError(path, "there is no such part")
        return member

    def _pick(self, path: str) -> Member | None:
        """Choose as most programs do: the very name before other letters, the last of several."""
        members = self._members.get(_key(path), [])
        exact = [member for member in members if member.name == path.lstrip("/")]
        return next(reversed(exact or members), None)


def resolve(folder: str, written: str) -> str:
    """Give the path that `written` means in `folder`; `..` never leads out of the package."""
    written = written.strip().replace("\\", "/")[:MOST_PATH_CHARS]
    steps = [] if written.startswith("/") else [step for step in folder.split("/") if step]
    for step in written.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps)


def local(element: Element) -> str:
    """Give an element's name without its namespace; producers disagree on namespaces."""
    return str(element.tag).rpartition("}")[2]


def named(element: Element, *names: str) -> Iterator[Element]:
    """Give the direct children of these names."""
    return (child for child in element if local(child) in names)


def descend(element: Element, *names: str) -> Iterator[Element]:
    """Give all elements of these names, at any depth, in the order of the document."""
    return (child for child in element.iter("*") if local(child) in names)


def child_text(element: Element, name: str) -> str:
    """Give the text of the first child of that name; empty where there is none."""
    found = next(named(element, name), None)
    return (found.text or "").strip() if found is not None else ""


def attribute(element: Element, name: str) -> str:
    """Give an attribute as written, stripped; empty where it is not there."""
    return (element.get(name) or "").strip()


def numbers(text: str, count: int) -> tuple[float, ...] | None:
    """Read `count` finite numbers, or None."""
    try:
        found = tuple(float(word) for word in text.replace(",", " ").split())
    except ValueError:
        return None
    finite = all(abs(number) < 1e6 for number in found)  # noqa: PLR2004 - a kilometre
    return found if len(found) == count and finite else None


def _key(path: str) -> str:
    """Give what a program that tidies paths up takes this one for: `./a//b` is `a/b` to it."""
    return resolve("", path).lower()
