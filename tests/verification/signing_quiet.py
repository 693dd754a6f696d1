"""Run by a test in a process of its own: reads signed files and lists what it touched.

``python -m tests.verification.signing_quiet FOLDER``: every PDF of the folder is read, with the
root certificate ``anchor.der`` beside them, after nothing but the reader's own warming up.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from verification.claims import pdf_signatures  # noqa: F401 - loaded before the watch begins
from verification.readers import pyhanko

WATCHED = frozenset({"open", "import", "socket.__new__", "subprocess.Popen", "os.fork"})
AT = datetime(2026, 6, 1, tzinfo=UTC)


def main(folder: Path) -> int:
    """Give 0 when nothing was opened, imported or connected."""
    pdfs = [path.read_bytes() for path in sorted(folder.glob("*.pdf"))]
    anchor = (folder / "anchor.der").read_bytes()
    pyhanko.warm()
    touched: list[str] = []
    watching = [True]

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching[0] and event in WATCHED:
            touched.append(f"{event} {str(arguments[:1])[:100]}")

    sys.addaudithook(watch)
    for pdf in pdfs:
        pyhanko.read(pdf, at=AT, anchors=(anchor,), max_pages=300)
    watching[0] = False
    print(len(pdfs), *dict.fromkeys(touched), sep="\n")  # noqa: T201 - the test reads it
    return 1 if touched or not pdfs else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
