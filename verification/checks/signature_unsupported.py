"""Signatures of kinds that are recognised and not verified: they are told, not passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import Check
from verification.readers.olefile import read_compound
from verification.readers.zip import open_archive
from verification.values import Finding, PackagePart, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination

_ID, _VERSION = "signature.unsupported", 1
_ODF = frozenset({"odt", "ott", "ods", "ots", "odp", "otp", "odg", "otg", "odf", "odc", "odm"})
_OLE = frozenset({"doc", "xls", "ppt", "wps", "et", "dps"})
#: OpenDocument 1.3 part 2, 5; MS-OFFCRYPTO 2.5.1 and 2.5.2: streams of either generation.
_ODF_PARTS = ("META-INF/documentsignatures.xml", "META-INF/macrosignatures.xml")
_OLE_STREAMS = frozenset({"_signatures", "_xmlsignatures"})


def run(examination: Examination) -> Iterable[Finding]:
    """Give a finding where a signature lies in the file that nobody here verifies."""
    context = examination.context
    if context.file_type.format in _ODF:
        archive = open_archive(context.submission.data, context.limits)
        found = [name for name in _ODF_PARTS if archive and archive.find(name)]
    else:
        names = read_compound(context.submission.data, frozenset()).names
        found = sorted(_OLE_STREAMS & names)
    return [_told(name) for name in found]


def _told(part: str) -> Finding:
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="NOT_SUPPORTED",
        message=Text(
            zh=f"文件带有数字签名（{part}），但本系统不验证这种格式的签名，因此不作结论。",
            en=f"The file carries a digital signature ({part}) of a kind that is not verified "
            "here; nothing is decided.",
        ),
        remedy=Text(
            zh="请另存为 docx、xlsx、pptx 或 PDF 后重新签署，或请审核人员用原软件核对签名。",
            en="Save it as docx, xlsx, pptx or PDF and sign that, or have a reviewer verify the "
            "signature in the program that made it.",
        ),
        evidence=(PackagePart(part=part),),
    )


CHECK = Check(id=_ID, version=_VERSION, formats=_ODF | _OLE, run=run)
