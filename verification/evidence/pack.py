"""Putting an evidence pack together: the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from verification.codec import to_json
from verification.evidence import paper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from verification.evidence.contents import Pack
    from verification.evidence.places import Place

FORMAT, VERSION = "countermark/evidence", 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
REQUEST, REPORT, SOFTWARE, PAPER, README = (
    "request.json",
    "report.json",
    "software.json",
    "report.pdf",
    "README.txt",
)
#: The first time that ZIP can write: when a member was packed says nothing here.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)

_READ_ME = """\
countermark 证据包 / evidence pack

report.json    检查结论、每项检查及其证据位置 / the verdict, every check and where its evidence lies
request.json   判定策略、要求、信任的根证书与时刻 / policy, requirement, trusted roots, clock
software.json  各检查与程序的版本、沙箱级别 / versions of checks and programs, level of the sandbox
crops/         证据所指的页面局部 / the parts of pages that the evidence points at
report.pdf     供人阅读的同一份报告 / the same for people
manifest.json  以上每个文件的 SHA-256；manifest.sig 是对它的 Ed25519 签名
               SHA-256 of each file above; manifest.sig is the Ed25519 signature over it

核验 / To verify:
  countermark evidence verify PACK --key PUBLIC_KEY.pem [--file ORIGINAL [--again]]
原件不在包内，凭 SHA-256 对照。/ The original is not inside; compare it by its SHA-256.
"""


def assemble(pack: Pack, *, sign: Callable[[bytes], bytes], public_key: bytes) -> bytes:
    """Give the pack as ZIP. `sign` gives the 64 bytes of Ed25519 over what it is given.

    `public_key` are the 32 bytes of the key that belongs to it.
    """
    # What a run cost is not part of what it found.
    report = replace(pack.report, cpu_ms=0.0)
    crops = {f"crops/{number:02}.png": crop for number, crop in enumerate(pack.crops, start=1)}
    files = {
        README: _READ_ME.encode(),
        REPORT: canonical(to_json(report)),
        REQUEST: canonical(to_json(pack.request)),
        SOFTWARE: canonical(_software(pack)),
        PAPER: paper.draw(report, pack, crops),
        **{name: crop.png for name, crop in crops.items()},
    }
    manifest = canonical(
        {
            "format": FORMAT,
            "version": VERSION,
            "made_at": pack.made_at.isoformat(),
            "public_key": b64encode(public_key).decode(),
            "sha256": report.sha256,
            "size": report.size,
            "verdict": report.verdict.value,
            "crops": {name: _points_at(crop.place) for name, crop in crops.items()},
            "files": {name: _entry(content) for name, content in files.items()},
        }
    )
    return _zipped({**files, MANIFEST: manifest, SIGNATURE: sign(manifest)})


def canonical(value: Any) -> bytes:
    """Write JSON in one way only: sorted keys, no blanks, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def _software(pack: Pack) -> dict[str, Any]:
    checks = {finding.id: finding.version for finding in pack.report.checks}
    return {
        "programs": dict(pack.software),
        "checks": checks,
        "sandbox": pack.report.sandbox,
    }


def _points_at(place: Place) -> dict[str, Any]:
    return {
        "finding": place.finding,
        "evidence": place.evidence,
        "page": place.page if place.t_ms is None else None,
        "t_ms": place.t_ms,
        "box": list(place.box),
        "first_bytes": place.first_bytes,
    }


def _entry(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def _zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _LONG_AGO)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, files[name])
    return stream.getvalue()
