"""Checking an evidence pack, by whoever was handed it; nothing in it is believed before.

1. the archive   every member once, those of the manifest and no others
2. the signature Ed25519 over the manifest, by the key that one has from elsewhere
3. the members   size and SHA-256 of each
4. the sense     the report reads, answers the request, and its verdict follows from its findings
"""

from __future__ import annotations

import hashlib
import json
import zlib
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from verification.codec import CodecError, from_json, report_from_json
from verification.evidence.pack import FORMAT, MANIFEST, REPORT, REQUEST, SIGNATURE, VERSION
from verification.limits import LimitExceeded, Limits
from verification.readers.zip import ZipError, open_archive
from verification.terms import Request
from verification.values import Status, Text
from verification.verdict import is_complete, judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.readers.zip import Archive
    from verification.values import Report

_LIMITS = Limits()
#: A crop is the largest member there is.
_MEMBER_BYTES = 32 * 1024 * 1024

_ASK_AGAIN = Text(
    zh="不要采信此证据包，请向出具方重新索取。",
    en="Do not rely on this pack; ask whoever issued it for another.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it must be."""

    code: str
    #: Which member; empty for the pack itself.
    where: str
    seen: str
    expected: str
    message: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What checking came to. PASSED only with a key that was given from outside."""

    status: Status
    faults: tuple[Fault, ...]
    #: SHA-256 of the key that the pack names, lower-case hexadecimal; None: none could be read.
    key: str | None = None
    report: Report | None = None
    request: Request | None = None
    remedy: Text | None = None


class _Broken(Exception):
    """Nothing further can be looked at."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def inspect(data: bytes, *, key: bytes | None) -> Inspection:
    """Check a pack against the 32 bytes of a public key; None: whose it is stays open."""
    try:
        files = _unpack(data)
        manifest = _manifest(files)
        named = _key_of(manifest)
        faults = [
            *_signature(files, named, key),
            *_members(files, manifest),
        ]
        report, request = _read(files)
    except _Broken as broken:
        return Inspection(status=Status.FAILED, faults=(broken.fault,), remedy=_ASK_AGAIN)
    faults += _sense(manifest, report, request)
    status, remedy = _weigh(faults, key)
    return Inspection(
        status=status,
        faults=tuple(faults),
        key=hashlib.sha256(named).hexdigest(),
        report=report,
        request=request,
        remedy=remedy,
    )


def _weigh(faults: list[Fault], key: bytes | None) -> tuple[Status, Text | None]:
    if faults:
        return Status.FAILED, _ASK_AGAIN
    if key is None:
        return Status.INDETERMINATE, Text(
            zh="包内各部分相符，但未给出公钥，无法确认由谁出具。请向出具方索取公钥，"
            "用 --key 再核验一次。",
            en="The parts agree with one another; without a key it is open who issued them. Get "
            "the issuer's public key and check again with --key.",
        )
    return Status.PASSED, None


# 1. the archive
def _unpack(data: bytes) -> dict[str, bytes]:
    try:
        archive = open_archive(data, _LIMITS)
    except LimitExceeded as error:
        raise _Broken(_fault("LIMIT_EXCEEDED", "", error.limit.seen, error.limit.allowed)) from None
    if archive is None or not archive.complete or archive.start or archive.end != len(data):
        raise _Broken(_fault("NOT_A_PACK", "", f"{len(data)} bytes", "a ZIP archive, nothing more"))
    return dict(_contents(archive))


def _contents(archive: Archive) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    for member in archive.members:
        if member.name in seen:
            raise _Broken(_fault("MEMBER_TWICE", member.name, "two members", "one"))
        seen.add(member.name)
        try:
            content = archive.read(member, _MEMBER_BYTES)
        except ZipError as error:
            raise _Broken(_fault("MEMBER_DAMAGED", member.name, str(error), "readable")) from None
        # Other programs refuse what contradicts its own checksum: so do we.
        if (len(content), zlib.crc32(content)) != (member.unpacked, member.crc):
            raise _Broken(_fault("MEMBER_DAMAGED", member.name, "another checksum", "its own"))
        yield member.name, content


def _manifest(files: dict[str, bytes]) -> dict[str, Any]:
    for name in (MANIFEST, SIGNATURE, REPORT, REQUEST):
        if name not in files:
            raise _Broken(_fault("MEMBER_MISSING", name, "nothing", "a member of this name"))
    manifest = _json(files, MANIFEST)
    kind = (manifest.get("format"), manifest.get("version"))
    if kind != (FORMAT, VERSION):
        raise _Broken(_fault("NOT_A_PACK", MANIFEST, f"{kind!r:.80}", f"{FORMAT} {VERSION}"))
    if not isinstance(manifest.get("files"), dict):
        raise _Broken(_fault("NOT_A_PACK", MANIFEST, "no files", "files and their hashes"))
    return manifest


def _json(files: dict[str, bytes], name: str) -> dict[str, Any]:
    try:
        value = json.loads(files[name])
    except (ValueError, RecursionError) as error:
        raise _Broken(_fault("MEMBER_DAMAGED", name, type(error).__name__, "JSON")) from None
    if not isinstance(value, dict):
        raise _Broken(_fault("MEMBER_DAMAGED", name, type(value).__name__, "an object"))
    return value


# 2. the signature
def _key_of(manifest: dict[str, Any]) -> bytes:
    try:
        named = b64decode(manifest.get("public_key", ""), validate=True)
        Ed25519PublicKey.from_public_bytes(named)
    except (ValueError, TypeError):
        raise _Broken(_fault("KEY_UNREADABLE", MANIFEST, "no key", "32 bytes of base64")) from None
    return named


def _signature(files: dict[str, bytes], named: bytes, key: bytes | None) -> Iterator[Fault]:
    if key is not None and key != named:
        yield _fault(
            "OTHER_KEY",
            MANIFEST,
            hashlib.sha256(named).hexdigest(),
            hashlib.sha256(key).hexdigest(),
        )
    try:
        Ed25519PublicKey.from_public_bytes(named).verify(files[SIGNATURE], files[MANIFEST])
    except InvalidSignature:
        yield _fault("SIGNATURE_BROKEN", SIGNATURE, "another value", "a signature of the manifest")


# 3. the members
def _members(files: dict[str, bytes], manifest: dict[str, Any]) -> Iterator[Fault]:
    listed: dict[str, Any] = manifest["files"]
    for name in sorted(files.keys() - listed.keys() - {MANIFEST, SIGNATURE}):
        yield _fault("MEMBER_UNLISTED", name, "a member", "nothing of this name")
    for name, entry in sorted(listed.items()):
        if name not in files:
            yield _fault("MEMBER_MISSING", name, "nothing", "a member of this name")
            continue
        digest = hashlib.sha256(files[name]).hexdigest()
        expected = entry.get("sha256") if isinstance(entry, dict) else None
        if digest != expected:
            yield _fault("MEMBER_CHANGED", name, digest, str(expected)[:64])


# 4. the sense
def _read(files: dict[str, bytes]) -> tuple[Report, Request]:
    name = REPORT
    try:
        report = report_from_json(_json(files, REPORT))
        name = REQUEST
        return report, from_json(Request, _json(files, REQUEST))
    except CodecError as error:
        raise _Broken(_fault("MEMBER_DAMAGED", name, str(error)[:200], "a whole one")) from None


def _sense(manifest: dict[str, Any], report: Report, request: Request) -> Iterator[Fault]:
    complete = is_complete(report.checks)
    verdict = judge(request.terms.policy, report.checks, complete=complete)
    said = (report.verdict.value, report.sub_indication, report.policy)
    follows = (verdict.status.value, verdict.sub_indication, request.terms.policy.label)
    if said != follows:
        yield _fault("VERDICT_DOES_NOT_FOLLOW", REPORT, f"{said}", f"{follows}")
    about = (manifest.get("sha256"), manifest.get("size"), manifest.get("verdict"))
    if about != (report.sha256, report.size, report.verdict.value):
        yield _fault("OTHER_FILE", MANIFEST, f"{about!r:.120}", f"{report.sha256}, {report.size}")


_MESSAGES = {
    "LIMIT_EXCEEDED": ("证据包超出上限", "the pack exceeds a limit"),
    "NOT_A_PACK": ("这不是证据包", "this is no evidence pack"),
    "MEMBER_TWICE": ("成员重复", "a member is there twice"),
    "MEMBER_DAMAGED": ("成员无法读取", "a member cannot be read"),
    "MEMBER_MISSING": ("缺少成员", "a member is missing"),
    "MEMBER_UNLISTED": ("清单之外的成员", "a member is not in the manifest"),
    "MEMBER_CHANGED": ("成员在签名之后被改动", "a member was changed after it was signed"),
    "KEY_UNREADABLE": ("清单中的公钥无法读取", "the key in the manifest cannot be read"),
    "OTHER_KEY": ("由另一把密钥签名", "it was signed with another key"),
    "SIGNATURE_BROKEN": ("清单的签名不成立", "the signature of the manifest does not hold"),
    "VERDICT_DOES_NOT_FOLLOW": (
        "结论与各项检查不符",
        "the verdict does not follow from the findings",
    ),
    "OTHER_FILE": ("清单与报告说的不是同一个文件", "manifest and report speak of different files"),
}


#: What a damaged member should be; what was seen instead is a library's word and stays a field.
_WHOLE = {
    "readable": ("解不开", "it does not unpack"),
    "its own": ("与自身的校验值不符", "it contradicts its own checksum"),
    "JSON": ("不是有效的 JSON", "it is no JSON that can be read"),
    "an object": ("不是 JSON 对象", "it is no JSON object"),
    "a whole one": ("内容不全或不合格式", "it is incomplete or not of the form that it must have"),
}


#: What was seen and expected, in Chinese; hashes, formats and verdicts are the same in both.
_IN_CHINESE = {
    "nothing": "没有",
    "a member": "一个成员",
    "a member of this name": "有这个名称的成员",
    "nothing of this name": "没有这个名称的成员",
    "two members": "两个成员",
    "one": "一个",
    "a ZIP archive, nothing more": "一个 ZIP 归档，前后没有别的内容",
    "no files": "没有 files 一项",
    "files and their hashes": "各成员及其散列值",
    "no key": "没有公钥",
    "32 bytes of base64": "以 base64 写的 32 字节",
    "another value": "别的值",
    "a signature of the manifest": "对清单的签名",
}


def _in_chinese(words: str) -> str:
    counted = words.removesuffix(" bytes")
    return _IN_CHINESE.get(words, words if counted == words else f"{counted} 字节")


def _fault(code: str, where: str, seen: str, expected: str) -> Fault:
    zh, en = _MESSAGES[code]
    at_zh, at_en = (f"（{where}）", f" ({where})") if where else ("", "")
    if code == "MEMBER_DAMAGED":
        told_zh, told_en = _WHOLE[expected]
    else:
        told_zh, told_en = (
            f"看到 {_in_chinese(seen)}，应为 {_in_chinese(expected)}",
            f"saw {seen}, expected {expected}",
        )
    return Fault(
        code=code,
        where=where,
        seen=seen,
        expected=expected,
        message=Text(
            zh=f"{zh}{at_zh}：{told_zh}。",
            en=f"{en[0].upper()}{en[1:]}{at_en}: {told_en}.",
        ),
    )
