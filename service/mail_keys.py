"""Keys of mail domains: read from what an administrator keeps, and remembered from then on.

Nothing is looked up. A line is a TXT record as ``dig`` prints it or as a zone file holds it:
``selector._domainkey.example.com. 3600 IN TXT "v=DKIM1; k=rsa; p=MIIB" "IjAN…"``.
"""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.errors import Invalid
from verification.values import MailKey, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SUFFIXES = frozenset({".txt", ".zone", ".keys"})
#: The store of first use, in the data folder: only ever added to.
STORE = "mail-keys"
_LINE = re.compile(
    r"(?P<selector>[A-Za-z0-9_][A-Za-z0-9_.-]*)\._domainkey\.(?P<domain>[A-Za-z0-9_.-]+?)\.?"
    r"\s+(?:\d+\s+)?(?:IN\s+)?(?:TXT\s+)?(?P<record>\S.*)"
)
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"')


def read_mail_keys(place: Path | None) -> tuple[MailKey, ...]:
    """Give the keys of a file, or of every file in a folder, sorted; no place, no keys.

    Raises Invalid for a place that is not there and for a line that is no record.
    """
    if place is None:
        return ()
    if place.is_dir():
        paths = sorted(path for path in place.iterdir() if path.suffix.lower() in SUFFIXES)
    elif place.is_file():
        paths = [place]
    else:
        raise Invalid(
            Text(zh=f"邮件公钥 {place} 不存在。", en=f"The mail keys, {place}, are not there."),
            remedy=Text(
                zh="请给出存放 DKIM 公钥记录的文件或目录，或不设置它。",
                en="Give a file or folder with DKIM key records, or leave it unset.",
            ),
        )
    keys = {key for path in paths for key in _read(path, "pinned")}
    return tuple(sorted(keys, key=_order))


def remembered(pinned: Iterable[MailKey], folder: Path) -> tuple[MailKey, ...]:
    """Add to the pinned keys those of the store, and to the store what is new to it.

    The first record of a selector stays in the store. A different one later is not written over
    it: both are given, so that verification tells the contradiction. Raises Invalid for a store
    that cannot be read.
    """
    pinned = tuple(pinned)
    store = folder / STORE
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / f"{STORE}.lock"):
        known = _read(store, "first_use") if store.exists() else []
        names = {(key.domain, key.selector) for key in known}
        fresh = {(key.domain, key.selector): key for key in pinned}
        lines = [_line(key) for name, key in sorted(fresh.items()) if name not in names]
        if lines:
            with store.open("a", encoding="utf-8") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
    return tuple(sorted({*pinned, *known}, key=_order))


def contradicted(keys: Iterable[MailKey]) -> tuple[str, ...]:
    """Name the selectors of which two different records are known."""
    records: dict[str, set[str]] = {}
    for key in keys:
        name = f"{key.selector}._domainkey.{key.domain}"
        records.setdefault(name, set()).add("".join(key.record.split()))
    return tuple(sorted(name for name, found in records.items() if len(found) > 1))


def _read(path: Path, known: str) -> list[MailKey]:
    keys = []
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        found = _LINE.fullmatch(line.strip())
        record = _record(found["record"]) if found else ""
        if found is None or "p=" not in record:
            raise _no_record(path, number, line)
        keys.append(
            MailKey(
                domain=found["domain"].lower(),
                selector=found["selector"].lower(),
                record=record,
                known="first_use" if known == "first_use" else "pinned",
            )
        )
    return keys


def _record(written: str) -> str:
    """Join the pieces of a TXT record; without quotes it is one piece."""
    pieces = _PIECE.findall(written)
    text = "".join(pieces) if pieces else written
    return re.sub(r"\\(.)", r"\1", text).strip()


def _no_record(path: Path, number: int, line: str) -> Invalid:
    # Of a file that is no text, nothing reaches a terminal as it is.
    shown = "".join(each if each.isprintable() else "·" for each in line.strip()[:80])
    return Invalid(
        Text(
            zh=f"{path} 第 {number} 行不是 DKIM 公钥记录：“{shown}”。",
            en=f"{path}, line {number}, is no DKIM key record: {shown!r}.",
        ),
        remedy=Text(
            zh='应为：选择符._domainkey.域名 TXT "v=DKIM1; k=rsa; p=…"（dig 的输出即可）。',
            en='Expected: SELECTOR._domainkey.DOMAIN TXT "v=DKIM1; k=rsa; p=…", as dig prints it.',
        ),
    )


def _line(key: MailKey) -> str:
    record = key.record.replace("\\", "\\\\").replace('"', '\\"')
    return f'{key.selector}._domainkey.{key.domain} TXT "{record}"\n'


def _order(key: MailKey) -> tuple[str, str, str, str]:
    return key.domain, key.selector, key.record, key.known


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time read and add to the store."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
