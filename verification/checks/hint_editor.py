"""`hint.editor`: a program for editing PDFs wrote the file last, and another one made it.

Editors also merge, sign and compress: it says who touched the file, not what was changed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from verification.examination import Check
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.values import Claim

_ID, _VERSION = "hint.editor", 1
#: Programs whose trade is to change words and pictures of a page that another program made.
_EDITORS = re.compile(
    r"ilovepdf|smallpdf|sejda|pdfescape|phantompdf|foxit (?:pdf )?editor|"
    r"福昕(?:高级)?pdf编辑|nitro p(?:ro|df)|"
    r"pdf-?xchange (?:editor|pro)|pdfelement|wondershare|万兴pdf|wps pdf|金山pdf|xodo|"
    r"pdfsam|pdf24|soda pdf|"
    r"able2extract|infix|pdf candy|dochub|pdffiller|lightpdf|apowerpdf|"
    r"迅捷pdf|极速pdf|icecream pdf|"
    r"photoshop|gimp|inkscape|coreldraw|illustrator|canva|pixelmator|affinity",
    re.IGNORECASE,
)


def run(examination: Examination) -> Iterable[Finding]:
    if not examination.context.requirement.content.hints:
        return
    software = [claim for claim in examination.claims if claim.kind == "software"]
    editors = [claim for claim in software if _EDITORS.search(claim.value)]
    origin = next((claim for claim in software if not _EDITORS.search(claim.value)), None)
    if editors and origin is not None:
        yield _finding(editors[0], origin)


def _finding(editor: Claim, origin: Claim) -> Finding:
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="EDITED_WITH",
        message=Text(
            zh=f"文件由 {origin.value} 制作，又经编辑程序 {editor.value} 处理。",
            en=f"The file was made with {origin.value} and went through the editor {editor.value}.",
        ),
        remedy=Text(
            zh="请提交由原程序直接导出、未经编辑的文件，或说明为何使用编辑程序。",
            en="Hand in the file as its own program wrote it, or say what the editor was used for.",
        ),
        evidence=(*editor.evidence, *origin.evidence),
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset({"pdf"}), run=run)
