"""How a source notes what it read: claims, fields never set, fields that it cannot read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from verification.examination import Collected
from verification.moments import MomentError
from verification.values import Claim, Finding, MetadataField, Status, Text, Trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.moments import Moment
    from verification.values import Event, Evidence

#: More of a field than this is not shown.
SHOWN = 80
#: A file that names more is not telling more; findings stay readable and reports small.
MOST_CLAIMS = 200
MOST_FINDINGS = 20

_SAVE_AGAIN = Text(
    zh="请从原来的程序重新导出或另存一份完整的文件再上传。",
    en="Export or save the file again from the program that made it, and upload the whole file.",
)


class Notes:
    """What one source writes down while it reads one file."""

    def __init__(self) -> None:
        self._claims: list[Claim] = []
        self._findings: list[Finding] = []

    @property
    def collected(self) -> Collected:
        """What was noted, up to the caps; what cannot be read comes before what was never set."""
        findings = list(self._findings)
        if len(self._claims) > MOST_CLAIMS:
            findings.append(_too_many(len(self._claims)))
        troubles = sorted(findings, key=lambda one: one.status is Status.NOT_APPLICABLE)
        return Collected(
            claims=tuple(self._claims[:MOST_CLAIMS]), findings=tuple(troubles[:MOST_FINDINGS])
        )

    def time(
        self,
        source: str,
        raw: str,
        read: Callable[[str], Moment | None],
        *,
        event: Event | None,
        trust: Trust = Trust.T2,
        evidence: Evidence | None = None,
    ) -> None:
        """Note a date as `read` understands it; a blank one is noted as not set."""
        where = evidence or MetadataField(source=source, value=shown(raw))
        try:
            moment = read(raw)
        except MomentError as error:
            self._findings.append(_no_date(source, raw, error, where))
            return
        if moment is None or moment.is_epoch:
            self.unset(source, raw, where)
            return
        claim = Claim(
            kind="time",
            source=source,
            value=moment.text,
            zone=moment.zone,
            event=event,
            trust=trust,
            evidence=(where,),
        )
        self._claims.append(claim)

    def unset(self, source: str, raw: str, where: Evidence | None = None) -> None:
        """Note that the field is there and holds nothing: no claim, and no fault."""
        seen = shown(raw) or "…"
        self._findings.append(
            Finding(
                id="time.metadata",
                version=1,
                status=Status.NOT_APPLICABLE,
                message=Text(
                    zh=f"字段 {source} 存在，但没有填写时间（{seen}），按未提供处理。",
                    en=f"The field {source} is there but was never set ({seen}); "
                    "it counts as absent.",
                ),
                evidence=(where or MetadataField(source=source, value=shown(raw)),),
            )
        )

    def word(self, kind: Literal["author", "software"], source: str, raw: str | None) -> None:
        """Note a person or a program that is named, unless the field is blank."""
        if raw and (value := shown(raw)):
            where = MetadataField(source=source, value=value)
            self._claims.append(
                Claim(kind=kind, source=source, value=value, trust=Trust.T2, evidence=(where,))
            )

    def unreadable(self, where: str, reason: str) -> None:
        """Note that a block of metadata cannot be read; a library's reason is evidence only."""
        self._findings.append(_unreadable(where, reason))

    def encrypted(self, where: str) -> None:
        """Note that metadata lie behind a password."""
        self._findings.append(
            Finding(
                id="time.metadata",
                version=1,
                status=Status.INDETERMINATE,
                sub_indication="ENCRYPTED",
                message=Text(
                    zh=f"文件已加密，没有密码无法读取 {where} 中的时间。",
                    en=f"The file is encrypted; the times in {where} cannot be read "
                    "without its password.",
                ),
                remedy=Text(
                    zh="请去掉打开密码后重新上传。",
                    en="Remove the password for opening and upload the file again.",
                ),
                evidence=(MetadataField(source=where),),
            )
        )


def shown(raw: str) -> str:
    """Give what may be shown of a field: one line, printable, at most SHOWN characters."""
    line = "".join(c if c.isprintable() else " " for c in raw[: 4 * SHOWN])
    return " ".join(line.split())[:SHOWN]


def _no_date(source: str, raw: str, error: MomentError, where: Evidence) -> Finding:
    return Finding(
        id="time.metadata",
        version=1,
        status=Status.INDETERMINATE,
        sub_indication="FORMAT_FAILURE",
        message=Text(
            zh=f"字段 {source} 的内容“{shown(raw)}”不是有效的日期。",
            en=f"The field {source} holds {shown(raw)!r}, which is no date: {error}.",
        ),
        remedy=Text(
            zh="请从原来的程序重新导出文件；若日期被手工改过，请说明原因。",
            en="Export the file again from the program that made it; if somebody edited the date, "
            "say why.",
        ),
        evidence=(where,),
    )


def _unreadable(where: str, reason: str) -> Finding:
    return Finding(
        id="time.metadata",
        version=1,
        status=Status.INDETERMINATE,
        sub_indication="FORMAT_FAILURE",
        message=Text(
            zh=f"无法读取 {where} 中的元数据，其中的时间未知。",
            en=f"The metadata in {where} cannot be read; the times in it are unknown.",
        ),
        remedy=_SAVE_AGAIN,
        evidence=(MetadataField(source=where, value=shown(reason)),),
    )


def _too_many(count: int) -> Finding:
    return Finding(
        id="time.metadata",
        version=1,
        status=Status.INDETERMINATE,
        sub_indication="FORMAT_FAILURE",
        message=Text(
            zh=f"元数据中有 {count} 项说明，只采用前 {MOST_CLAIMS} 项。",
            en=f"The metadata make {count} claims; only the first {MOST_CLAIMS} are kept.",
        ),
        remedy=_SAVE_AGAIN,
        evidence=(MetadataField(source="metadata"),),
    )
