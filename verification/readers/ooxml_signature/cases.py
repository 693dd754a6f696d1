"""Everything that can be said of a signature of an Office document, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.sentences import Row, answer
from verification.values import Status, Text

if TYPE_CHECKING:
    from verification.values import Evidence, Judgement

_PASSED, _UNKNOWN, _FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED

_SIGN_AGAIN = Text(
    zh="请向签署人索取签署后未经改动的原始文件，或请其重新签署。",
    en="Ask the signer for the file exactly as it was signed, or have it signed again.",
)
_OFFICE_AGAIN = Text(
    zh="请在 Office 中“文件 → 信息 → 添加数字签名”重新签署，或请审核人员人工核对。",
    en="Sign it again in Office (File, Info, Add a Digital Signature), or ask a reviewer to look.",
)
_SAFER = Text(
    zh="请用 SHA-256 以上的摘要算法和 2048 位以上的密钥重新签署。",
    en="Sign again with SHA-256 or better and a key of 2048 bits or more.",
)

ROWS: dict[str, Row] = {
    # integrity: does the signature value hold, and over what it says?
    "intact": Row(
        "integrity",
        _PASSED,
        None,
        "签名值成立，所引用的摘要均吻合（{algorithm}），签署人：{signer}。",
        "The signature value holds and its own references agree ({algorithm}); signer: {signer}.",
    ),
    "weak": Row(
        "integrity",
        _UNKNOWN,
        "CRYPTO_CONSTRAINTS_FAILURE",
        "签名值成立，但所用算法 {algorithm} 已不安全，不能排除伪造。签署人：{signer}。",
        "The signature value holds, but {algorithm} is no longer safe and a forgery cannot be "
        "excluded. Signer: {signer}.",
        _SAFER,
    ),
    "digest": Row(
        "integrity",
        _FAILED,
        "HASH_FAILURE",
        "签名自身的内容已被改动（{reference} 的摘要不符）。签署人：{signer}。",
        "The signature's own content was altered (the digest of {reference} is another). "
        "Signer: {signer}.",
        _SIGN_AGAIN,
    ),
    "value": Row(
        "integrity",
        _FAILED,
        "SIG_CRYPTO_FAILURE",
        "签名值与签名证书的公钥不符（{algorithm}），签名无效。证书主体：{signer}。",
        "The signature value does not verify with the certificate's key ({algorithm}). "
        "Subject: {signer}.",
        _SIGN_AGAIN,
    ),
    "other_certificate": Row(
        "integrity",
        _UNKNOWN,
        "SIG_CONSTRAINTS_FAILURE",
        "签名里所签的证书摘要与随附的签名证书（{signer}）不符：签署人身份可能被调换。",
        "The certificate that was signed for is another than the one that came along ({signer}): "
        "the signer may have been exchanged.",
        _SIGN_AGAIN,
    ),
    "no_certificate": Row(
        "integrity",
        _UNKNOWN,
        "NO_SIGNING_CERTIFICATE_FOUND",
        "签名中没有签名证书，无法核对。",
        "The signing certificate is not in the signature; it cannot be verified.",
        _OFFICE_AGAIN,
    ),
    "unread": Row(
        "integrity",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "无法读懂这个签名（{reason}），因此不作结论。",
        "This signature was not understood ({reason}); nothing is decided.",
        _OFFICE_AGAIN,
    ),
    # coverage: which parts were signed?
    "covered": Row(
        "coverage",
        _PASSED,
        None,
        "正文及其引用的全部部件都在签名范围内（{signed} 个部件）；文档属性从不在签名范围内。",
        "The document and every part that it refers to are signed ({signed} parts); document "
        "properties never are.",
    ),
    "nothing": Row(
        "coverage",
        _FAILED,
        "SIGNED_DATA_NOT_FOUND",
        "签名没有覆盖这份文档的正文（{part}）：签的不是这份文件。",
        "The signature does not cover the body of this document ({part}): it was not this file "
        "that was signed.",
        _SIGN_AGAIN,
    ),
    "partly": Row(
        "coverage",
        _UNKNOWN,
        "PART_NOT_SIGNED",
        "有 {count} 个会被显示或使用的部件或引用不在签名范围内：{parts}；"
        "签署后它们可以被任意更换。",
        "{count} parts or references that are shown or used are not signed: {parts}; anybody could "
        "have exchanged them after signing.",
        _OFFICE_AGAIN,
    ),
    "properties": Row(
        "coverage",
        _UNKNOWN,
        "PART_NOT_SIGNED",
        "正文中有 {count} 处显示文档属性（{parts}），而属性不在签名范围内，且现在的值与签署时"
        "所显示的文字不同：Office 打开或更新后会显示另外的内容。",
        "{count} places of the text show document properties ({parts}), which no signature covers "
        "and which no longer say what the signed text showed: Office will show other words.",
        _SIGN_AGAIN,
    ),
    "stray": Row(
        "coverage",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "文档没有登记这个签名（{part}）：Office 不会显示它。",
        "The package does not list this signature ({part}): Office does not show it.",
        _OFFICE_AGAIN,
    ),
    "ambiguous": Row(
        "coverage",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "文件包自相矛盾（{reason}）：不同程序可能读到不同内容，因此不作结论。",
        "The package contradicts itself ({reason}): programs may read different content; nothing "
        "is decided.",
        _OFFICE_AGAIN,
    ),
    "no_date": Row(
        "time",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "签名自称的签署时间不是日期（{text}），因此不采信。",
        "The time at which it says it was signed is no date ({text}); it is not believed.",
        _OFFICE_AGAIN,
    ),
    # changes: are the signed parts still what was signed?
    "unchanged": Row(
        "changes",
        _PASSED,
        None,
        "签名范围内的部件在签署后没有改动（{signed} 个）。",
        "The signed parts did not change after signing ({signed}).",
    ),
    "changed": Row(
        "changes",
        _FAILED,
        "CHANGED_AFTER_SIGNING",
        "签署后有 {count} 个部件被改动或移走：{parts}。",
        "{count} signed parts were altered or taken out after signing: {parts}.",
        _SIGN_AGAIN,
    ),
    "weak_parts": Row(
        "changes",
        _UNKNOWN,
        "CRYPTO_CONSTRAINTS_FAILURE",
        "部件与签署时的摘要吻合，但摘要算法 {algorithm} 已不安全，不能排除替换。",
        "The parts agree with their digests, but {algorithm} is no longer safe and an exchange "
        "cannot be excluded.",
        _SAFER,
    ),
}


def judge(case: str, evidence: tuple[Evidence, ...] = (), /, **facts: object) -> Judgement:
    """Answer one question by the row `case`; `facts` fill the gaps of its sentences."""
    return answer(ROWS[case], evidence, facts)
