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
from verification.identify.audit import audit_package
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

_NOTHING, _MEMBER = Text(zh="没有", en="nothing"), Text(zh="一个成员", en="a member")
_THIS_MEMBER = Text(zh="有这个名称的成员", en="a member of this name")
_NO_MEMBER = Text(zh="没有这个名称的成员", en="nothing of this name")
_TWO, _ONE = Text(zh="两个成员", en="two members"), Text(zh="一个", en="one")
_TWO_WAYS = Text(
    zh="目录与部件自身的头部不符，或有目录之外的部件",
    en="a directory that its members' own headers, or members beside it, contradict",
)
_ONE_WAY = Text(zh="只有一种读法的归档", en="an archive that is read in one way")
_ZIP_ALONE = Text(zh="一个 ZIP 归档，前后没有别的内容", en="a ZIP archive, nothing more")
_NO_FILES = Text(zh="没有 files 一项", en="no files")
_FILES = Text(zh="各成员及其散列值", en="files and their hashes")
_NO_KEY = Text(zh="没有公钥", en="no key")
_KEY = Text(zh="以 base64 写的 32 字节", en="32 bytes of base64")
_ANOTHER = Text(zh="别的值", en="another value")
_SIGNED = Text(zh="对清单的签名", en="a signature of the manifest")


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
        seen = Text(zh=f"{len(data)} 字节", en=f"{len(data)} bytes")
        raise _Broken(_fault("NOT_A_PACK", "", seen, _ZIP_ALONE))
    return dict(_contents(archive))


def _contents(archive: Archive) -> Iterator[tuple[str, bytes]]:
    """Give the members. Raises _Broken, also where another program would unpack others."""
    seen: set[str] = set()
    for member in archive.members:
        if member.name in seen:
            raise _Broken(_fault("MEMBER_TWICE", member.name, _TWO, _ONE))
        seen.add(member.name)
        try:
            content = archive.read(member, _MEMBER_BYTES)
        except ZipError as error:
            raise _damaged(member.name, str(error), "readable") from None
        # Other programs refuse what contradicts its own checksum: so do we.
        if (len(content), zlib.crc32(content)) != (member.unpacked, member.crc):
            raise _damaged(member.name, "another checksum", "its own")
        yield member.name, content
    for fault in audit_package(archive, "zip"):
        raise _Broken(_fault("READ_DIFFERENTLY", fault.part, _TWO_WAYS, _ONE_WAY))


def _manifest(files: dict[str, bytes]) -> dict[str, Any]:
    for name in (MANIFEST, SIGNATURE, REPORT, REQUEST):
        if name not in files:
            raise _Broken(_fault("MEMBER_MISSING", name, _NOTHING, _THIS_MEMBER))
    manifest = _json(files, MANIFEST)
    kind = (manifest.get("format"), manifest.get("version"))
    if kind != (FORMAT, VERSION):
        raise _Broken(_fault("NOT_A_PACK", MANIFEST, f"{kind!r:.80}", f"{FORMAT} {VERSION}"))
    if not isinstance(manifest.get("files"), dict):
        raise _Broken(_fault("NOT_A_PACK", MANIFEST, _NO_FILES, _FILES))
    return manifest


def _json(files: dict[str, bytes], name: str) -> dict[str, Any]:
    try:
        value = json.loads(files[name])
    except (ValueError, RecursionError) as error:
        raise _damaged(name, type(error).__name__, "JSON") from None
    if not isinstance(value, dict):
        raise _damaged(name, type(value).__name__, "an object")
    return value


# 2. the signature
def _key_of(manifest: dict[str, Any]) -> bytes:
    try:
        named = b64decode(manifest.get("public_key", ""), validate=True)
        Ed25519PublicKey.from_public_bytes(named)
    except (ValueError, TypeError):
        raise _Broken(_fault("KEY_UNREADABLE", MANIFEST, _NO_KEY, _KEY)) from None
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
        yield _fault("SIGNATURE_BROKEN", SIGNATURE, _ANOTHER, _SIGNED)


# 3. the members
def _members(files: dict[str, bytes], manifest: dict[str, Any]) -> Iterator[Fault]:
    listed: dict[str, Any] = manifest["files"]
    for name in sorted(files.keys() - listed.keys() - {MANIFEST, SIGNATURE}):
        yield _fault("MEMBER_UNLISTED", name, _MEMBER, _NO_MEMBER)
    for name, entry in sorted(listed.items()):
        if name not in files:
            yield _fault("MEMBER_MISSING", name, _NOTHING, _THIS_MEMBER)
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
        raise _damaged(name, str(error)[:200], "a whole one") from None


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
    "READ_DIFFERENTLY": (
        "别的程序会解出不同的内容",
        "other programs would unpack other members",
    ),
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

#: What a damaged member should be, and what is told of it; what was seen is a library's word.
_WHOLE = {
    "readable": Text(zh="解不开", en="it does not unpack"),
    "its own": Text(zh="与自身的校验值不符", en="it contradicts its own checksum"),
    "JSON": Text(zh="不是有效的 JSON", en="it is no JSON that can be read"),
    "an object": Text(zh="不是 JSON 对象", en="it is no JSON object"),
    "a whole one": Text(
        zh="内容不全或不合格式", en="it is incomplete or not of the form that it must have"
    ),
}


def _damaged(name: str, seen: str, expected: str) -> _Broken:
    return _Broken(_told("MEMBER_DAMAGED", name, (seen, expected), _WHOLE[expected]))


def _fault(code: str, where: str, seen: Text | str, expected: Text | str) -> Fault:
    """Tell what was seen and expected; hashes, formats and verdicts are the same in both."""
    one, two = _both(seen), _both(expected)
    told = Text(zh=f"看到 {one.zh}，应为 {two.zh}", en=f"saw {one.en}, expected {two.en}")
    return _told(code, where, (one.en, two.en), told)


def _both(words: Text | str) -> Text:
    return words if isinstance(words, Text) else Text(zh=words, en=words)


def _told(code: str, where: str, compared: tuple[str, str], told: Text) -> Fault:
    zh, en = _MESSAGES[code]
    at_zh, at_en = (f"（{where}）", f" ({where})") if where else ("", "")
    seen, expected = compared
    return Fault(
        code=code,
        where=where,
        seen=seen,
        expected=expected,
        message=Text(
            zh=f"{zh}{at_zh}：{told.zh}。",
            en=f"{en[0].upper()}{en[1:]}{at_en}: {told.en}.",
        ),
    )
