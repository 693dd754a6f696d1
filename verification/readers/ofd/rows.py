"""What helps against a fault, and short names for the statuses: shared by the tables of cases."""

from __future__ import annotations

from verification.values import Status, Text

PASSED, UNKNOWN, FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
NEUTRAL = Status.NOT_APPLICABLE

SEAL_AGAIN = Text(
    zh="请向签章单位索取签章后未经改动的原始文件，或请其重新签章。",
    en="Ask whoever sealed it for the file exactly as it was sealed, or have it sealed again.",
)
EXPORT_AGAIN = Text(
    zh="请用符合 GB/T 38540 的签章软件重新签章并导出，或请审核人员人工核对。",
    en="Seal and export again with a program that keeps to GB/T 38540, or ask a reviewer to look.",
)
SEAL_ALL = Text(
    zh="请在全部内容完成后重新签章，使签章覆盖所有页面、注释、资源和附件；或请审核人员核对标出的部分。",
    en="Seal again when everything is in place, so that the seal covers every page, annotation, "
    "resource and attachment; or have a reviewer look at the parts named.",
)
ADD_ANCHOR = Text(
    zh="若信任该签发机构，请管理员把它的根证书加入信任列表；否则请用受信任的证书重新签章。",
    en="If this issuer is to be trusted, an administrator adds its root certificate; "
    "else seal again with a trusted certificate.",
)
ADD_MAKER = Text(
    zh="若此单位确是制章机构，请管理员把它的证书放入信任目录；否则请改用正规制章机构制作的印章。",
    en="If this is a lawful maker of seals, an administrator puts its certificate into the folder "
    "of trusted ones; else seal again with a seal from a lawful maker.",
)
STAMP = Text(
    zh="请提供带可信时间戳的签章（证明签章时证书和印章有效），或用有效的证书和印章重新签章。",
    en="Provide a seal with a trusted time stamp from when certificate and seal were valid, "
    "or seal again with valid ones.",
)
