"""From, Sender and Reply-To as a strict reader and as a person sees them (RFC 5322, 3.4, 4.4)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from verification.readers.mime.fields import decoded

#: What stands in one From line and is read; a longer one is not a person's.
MOST_CHARS = 4_096

_ATOM = r"[^\s()<>\[\]:;@\\,.\"\x00-\x1f\x7f]+"
_LOCAL = rf"(?:{_ATOM}(?:\.{_ATOM})*|\"(?:[^\"\\\r\n\x00]|\\[^\x00\r\n])*\")"
_DOMAIN = rf"{_ATOM}(?:\.{_ATOM})*"
_ADDRESS = re.compile(rf"({_LOCAL})@({_DOMAIN})")
#: Something that a person takes for an address, wherever it stands.
_LIKE_ADDRESS = re.compile(r"[\w.+'-]+\s*@\s*[\w-]+(?:\.[\w-]+)+")
#: Line direction, zero width and filler: not seen, and they change what is.
_UNSEEN = frozenset({"Cf", "Cc", "Co", "Cn", "Zl", "Zp"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
#: So many blanks in a row are there to push something out of sight.
_GAP = re.compile(r"\s{4,}")
#: Scripts with letters that look like Latin ones.
_LOOKALIKES = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name (decoded, empty where there is none) and an address as written."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """What an address field holds; `oddities` are one word each for what reads it two ways."""

    mailboxes: tuple[Mailbox, ...] = ()
    oddities: tuple[str, ...] = ()
    groups: int = 0


def read_addresses(value: str) -> Addresses:
    """Read an address field strictly; what is no address is no mailbox."""
    odd: list[str] = []
    if len(value) > MOST_CHARS:
        odd.append("long")
        value = value[:MOST_CHARS]
    if any(ord(character) < 32 and character != "\t" for character in value):  # noqa: PLR2004 - control characters
        odd.append("control")
    pieces, groups = _split(value, odd)
    boxes = [box for piece in pieces if (box := _mailbox(piece, odd)) is not None]
    return Addresses(mailboxes=tuple(boxes), oddities=tuple(dict.fromkeys(odd)), groups=groups)


def _split(value: str, odd: list[str]) -> tuple[list[str], int]:
    """Split at commas, semicolons and colons outside of quotes, angles and comments."""
    pieces: list[str] = [""]
    groups = 0
    state = _State()
    for character in value:
        if state.is_bare and character in ",;:":
            groups += character == ":"
            pieces.append("")
            continue
        state.take(character)
        pieces[-1] += character
    if state.commented:
        odd.append("comment")
    if not state.is_bare:
        odd.append("unclosed")
    return [piece.strip() for piece in pieces if piece.strip()], groups


@dataclass(slots=True)
class _State:
    """Where in an address field a reader stands."""

    quoted: bool = False
    escaped: bool = False
    angle: bool = False
    depth: int = 0
    commented: bool = False

    @property
    def is_bare(self) -> bool:
        return not (self.quoted or self.angle or self.depth or self.escaped)

    def take(self, character: str) -> None:
        if self.escaped:
            self.escaped = False
        elif character == "\\":
            self.escaped = self.quoted or self.depth > 0
        elif character == '"' and not self.depth:
            self.quoted = not self.quoted
        elif character in "()" and not self.quoted:
            self.depth = max(0, self.depth + (1 if character == "(" else -1))
            self.commented = True
        elif character in "<>" and not self.quoted and not self.depth:
            self.angle = character == "<"


def _mailbox(piece: str, odd: list[str]) -> Mailbox | None:
    before, angle, inside = piece.partition("<")
    if not angle:
        found = _ADDRESS.fullmatch(piece.strip())
        if found is not None:
            return Mailbox("", piece.strip())
        odd.append("no_address")
        return None
    address, closed, rest = inside.partition(">")
    if not closed or rest.strip():
        odd.append("after_address")
    if address.startswith("@") and ":" in address:  # RFC 5322, 4.4: a route
        odd.append("route")
        address = address.rpartition(":")[2]
    if _ADDRESS.fullmatch(address) is None:
        odd.append("no_address")
        return None
    return Mailbox(display_name(before), address)


def display_name(written: str) -> str:
    """Give a display name as a mail program shows it."""
    text = written.strip()
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    return decoded(text).strip() if "=?" in text else text


def same_address(one: str, other: str) -> bool:
    """Tell whether two addresses are one: letters of either case, either form of the domain."""
    return normal(one) == normal(other)


def normal(address: str) -> str:
    """Give the form in which equal addresses are equal."""
    local, _, domain = address.rpartition("@")
    if local.startswith('"') and local.endswith('"'):
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    # Not `casefold`: straße.de and strasse.de are two domains (RFC 5891), and so may be two people.
    return f"{local.lower()}@{to_unicode(domain).lower().rstrip('.')}"


def to_unicode(domain: str) -> str:
    """Show a domain as people see it; labels that do not decode stay as they are."""
    labels = []
    for label in domain.split("."):
        try:
            shown = label[4:].encode("ascii").decode("punycode") if _is_coded(label) else label
        except (UnicodeError, ValueError):
            shown = label
        labels.append(shown)
    return ".".join(labels)


def _is_coded(label: str) -> bool:
    return label[:4].lower() == "xn--"


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower().rstrip(".")


def is_homograph(address: str) -> bool:
    """Tell whether an address may be read as another: letters of other scripts than it seems.

    Ideographs, kana and hangul are what they look like, and so is a domain without a Latin letter.
    """
    local, _, domain = address.rpartition("@")
    shown = unicodedata.normalize("NFC", to_unicode(domain))
    if _is_mixed(local):
        return True
    return "LATIN" in _scripts(shown) and any(_is_mixed(label) for label in shown.split("."))


def _scripts(text: str) -> set[str]:
    letters = (character for character in text if character.isalpha())
    return {unicodedata.name(character, "?").split()[0] for character in letters}


def _is_mixed(label: str) -> bool:
    if label.isascii():
        return False
    wide = unicodedata.normalize("NFKC", label) != label
    return wide or bool(_scripts(label) & _LOOKALIKES) or any(_beyond(c) for c in label)


def _beyond(character: str) -> bool:
    """A Latin letter that no language of Europe writes: ɡ, ո and their like."""
    return unicodedata.name(character, "?").startswith("LATIN") and ord(character) > 0x24F  # noqa: PLR2004 - the end of Latin Extended-B


def faults_of_name(name: str, address: str) -> tuple[str, ...]:
    """Say how a display name may deceive, one word a way."""
    faults = []
    seen = unicodedata.normalize("NFKC", name)
    hidden = [c for c in name if unicodedata.category(c) in _UNSEEN or c in _FILLERS]
    if hidden:
        faults.append("hidden")
    if _GAP.search(name):
        faults.append("gap")
    plain = "".join(c for c in seen if c not in hidden)
    likes: list[str] = _LIKE_ADDRESS.findall(plain)
    if any(not same_address("".join(like.split()), address) for like in likes):
        faults.append("other_address")
    elif "@" in plain and not likes:
        faults.append("at_sign")
    if "=?" in name and "?=" in name:
        faults.append("encoded")
    return tuple(faults)


def names_agree(shown: str, certified: tuple[str, ...]) -> bool:
    """Tell whether a display name has a word in common with what a certificate names."""
    wanted = _words(shown)
    if not wanted:
        return True
    known = {word for text in certified for word in _words(text)}
    return bool(wanted & known)


def _words(text: str) -> set[str]:
    """Split into comparable words: no accents, no case; ideographs stand together.

    Signs that stand by themselves are put together, and all words as one: 李 强 is 李强, C E O a
    word that somebody reads.
    """
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    kept = "".join(
        character if character.isalnum() else " "
        for character in map(_letter, folded)
        if not unicodedata.combining(character)
    )
    words = kept.split()
    runs = "".join(f" {word} " if len(word) > 1 else word for word in words).split()
    return {word for word in (*words, *runs) if len(word) > 1} | ({"".join(words)} - {""})


def _letter(character: str) -> str:
    """Give the letter that a sign shows: 🅱 is a B in a box."""
    name = unicodedata.name(character, "")
    shown = name.rpartition(" LETTER ")[2] if unicodedata.category(character) == "So" else ""
    return shown.lower() if len(shown) == 1 else character
