"""Whether the same bytes are also a file of another format, which another program would open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import Check
from verification.values import ByteRange, Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.examination import Examination
    from verification.identify import Anatomy

ID, VERSION = "type.polyglot", 1


def run(examination: Examination) -> Iterator[Finding]:
    """Give one finding; nothing where not even one format was recognised."""
    anatomy = examination.context.anatomy
    if len(anatomy.pieces) > 1:
        yield _polyglot(anatomy)
    elif anatomy.pieces and not anatomy.limits:
        yield _single(anatomy)


def _single(anatomy: Anatomy) -> Finding:
    name = anatomy.pieces[0].format
    return Finding(
        id=ID,
        version=VERSION,
        status=Status.PASSED,
        message=Text(
            zh=f"文件只是 {name}，没有发现可被其他程序当作另一种类型打开的内容。",
            en=f"The file is {name} and no other format that another program would open.",
        ),
    )


def _polyglot(anatomy: Anatomy) -> Finding:
    main, *others = anatomy.pieces
    listed = ", ".join(piece.format for piece in others)
    return Finding(
        id=ID,
        version=VERSION,
        status=Status.INDETERMINATE,
        sub_indication="POLYGLOT",
        message=Text(
            zh=f"文件是 {main.format}，但同样的字节也能当作 {listed} 打开：不同程序看到的不同。",
            en=f"The file is {main.format}, but the same bytes also open as {listed}: "
            "different programs show different things.",
        ),
        remedy=Text(
            zh="请用原软件重新导出后上传；附带的其他文件请单独上传。",
            en="Export the file anew from its program; upload what was attached to it separately.",
        ),
        evidence=tuple(
            ByteRange(
                start=piece.start,
                end=piece.end,
                caption=Text(zh=f"{piece.format} 的范围", en=f"Where {piece.format} lies"),
            )
            for piece in anatomy.pieces
        ),
    )


CHECK = Check(id=ID, version=VERSION, formats=frozenset(), run=run)
