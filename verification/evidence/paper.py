"""The report for people: one page of HTML in both languages, drawn as PDF."""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from verification.codec import to_json
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from verification.evidence.contents import Crop, Pack
    from verification.evidence.places import Place
    from verification.values import Evidence, Finding, Report, Text

_WORDS = {
    Status.PASSED: "通过 PASSED",
    Status.INDETERMINATE: "待定 INDETERMINATE",
    Status.FAILED: "不通过 FAILED",
    Status.NOT_APPLICABLE: "不适用 NOT_APPLICABLE",
}
_STYLE = """
* { font-family: sans-serif; } body { font-size: 9pt; }
h1 { font-size: 15pt; } h2 { font-size: 11pt; margin-top: 10pt; } p { margin: 2pt 0; }
.FAILED { color: #a4000f; } .INDETERMINATE { color: #8a5a00; } .PASSED { color: #0a6b2d; }
.quiet { color: #555555; font-size: 8pt; }
"""
#: A report that tells of more is cut here; report.json has all of it.
MOST_FINDINGS = 200
_MOST_PLACES = 10
_ORDER = (Status.FAILED, Status.INDETERMINATE, Status.PASSED)


def draw(report: Report, pack: Pack, crops: Mapping[str, Crop]) -> bytes:
    """Give the PDF; the same report gives the same bytes."""
    # Imported here: only who writes a pack needs the library that draws.
    from verification.readers import pymupdf_paper  # noqa: PLC0415

    body = "".join((*_head(report, pack), *_findings(report, crops), *_foot(pack)))
    return pymupdf_paper.draw(
        f"<body>{body}</body>", _STYLE, {name: crop.png for name, crop in crops.items()}
    )


def _head(report: Report, pack: Pack) -> Iterator[str]:
    status = report.verdict
    reason = f" / {report.sub_indication}" if report.sub_indication else ""
    yield "<h1>countermark 证据包 · Evidence pack</h1>"
    yield f'<p class="{status}"><b>{_WORDS[status]}{_shown(reason)}</b></p>'
    for zh, en, value in (
        ("文件", "File", report.path),
        ("SHA-256", "", report.sha256),
        ("大小（字节）", "Size in bytes", str(report.size)),
        ("格式", "Format", report.type.format or "?"),
        ("判定策略", "Policy", report.policy),
        ("判定时刻", "Judged as of", pack.request.terms.at.isoformat()),
        ("收到时刻", "Received", _time(pack)),
        ("沙箱", "Sandbox", report.sandbox),
    ):
        yield f"<p><b>{zh} {en}</b> {_shown(value)}</p>"
    for one in report.signatures[:MOST_FINDINGS]:
        yield (
            f"<p><b>签名 Signature</b> {_shown(one.id)}: {_shown(one.signer or '?')} "
            f"{_shown(one.time or '')} {_WORDS[one.status]} {one.sub_indication or ''}</p>"
        )


def _time(pack: Pack) -> str:
    received = pack.request.received_at
    return received.isoformat() if received else "-"


def _findings(report: Report, crops: Mapping[str, Crop]) -> Iterator[str]:
    yield "<h2>检查 · Checks</h2>"
    told = [one for one in enumerate(report.checks) if one[1].status in _ORDER]
    # What did not pass is read first.
    told.sort(key=lambda one: _ORDER.index(one[1].status))
    for number, finding in told[:MOST_FINDINGS]:
        yield from _finding(finding)
        for name, crop in crops.items():
            if crop.place.finding == number:
                yield f'<p class="quiet">{name}, {_where(crop.place)}</p>'
                yield f'<p><img src="{name}" width="360"></p>'
    if len(told) > MOST_FINDINGS:
        yield "<p>其余见 report.json · The rest stands in report.json</p>"


def _where(place: Place) -> str:
    if place.t_ms is not None:
        return f"影片 {place.t_ms / 1000:.1f} 秒 s of the film"
    revision = " 签署时 as signed" if place.first_bytes else ""
    return f"第 {place.page} 页 page{revision}"


def _finding(finding: Finding) -> Iterator[str]:
    reason = f" / {finding.sub_indication}" if finding.sub_indication else ""
    head = f"{finding.id}@{finding.version} {_WORDS[finding.status]}{reason}"
    yield f'<h2 class="{finding.status}">{_shown(head)}</h2>'
    yield from _both(finding.message)
    if finding.remedy is not None and finding.status is not Status.PASSED:
        yield "<p><b>怎样才能通过 · What would make it pass</b></p>"
        yield from _both(finding.remedy)
    for place in finding.evidence[:_MOST_PLACES]:
        yield f'<p class="quiet">{_shown(_locator(place))}</p>'


def _locator(place: Evidence) -> str:
    fields = to_json(replace(place, caption=None))
    return json.dumps({k: v for k, v in fields.items() if v is not None}, ensure_ascii=False)


def _both(text: Text) -> Iterator[str]:
    yield f"<p>{_shown(text.zh)}</p><p>{_shown(text.en)}</p>"


def _foot(pack: Pack) -> Iterator[str]:
    programs = ", ".join(f"{name} {version}" for name, version in sorted(pack.software.items()))
    yield f'<p class="quiet">{_shown(programs)}; {pack.made_at.isoformat()}</p>'
    yield (
        '<p class="quiet">此页只供阅读，以 report.json 与其签名为准。'
        "This page is for reading; report.json and its signature count.</p>"
    )


def _shown(text: str) -> str:
    """Make text from a file harmless in HTML, and visible."""
    return escape("".join(c if c.isprintable() else "\ufffd" for c in text))
