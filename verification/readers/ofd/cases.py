"""What can be said of a seal and of what it covers: one row a case, in both languages."""

from __future__ import annotations

from verification.readers.ofd.rows import (
    EXPORT_AGAIN,
    FAILED,
    PASSED,
    SEAL_AGAIN,
    SEAL_ALL,
    UNKNOWN,
)
from verification.sentences import Row
from verification.values import Text

ROWS: dict[str, Row] = {
    # integrity: do signature value, digest and seal hold?
    "intact": Row(
        "integrity",
        PASSED,
        None,
        "签名值与签名文件的摘要均吻合（{algorithm}），签署人：{signer}；印章：{seal}。",
        "Signature value and digest of the signature file hold ({algorithm}); signer: {signer}; "
        "seal: {seal}.",
    ),
    "weak": Row(
        "integrity",
        UNKNOWN,
        "CRYPTO_CONSTRAINTS_FAILURE",
        "签名值吻合，但所用算法 {algorithm} 已不安全，不能排除伪造。签署人：{signer}。",
        "The signature value holds, but {algorithm} is no longer safe and a forgery cannot be "
        "excluded. Signer: {signer}.",
        Text(
            zh="请用 SM2 与 SM3（或 SHA-256 以上、2048 位以上的密钥）重新签章。",
            en="Seal again with SM2 and SM3 (or SHA-256 and a key of 2048 bits or more).",
        ),
    ),
    "loose": Row(
        "integrity",
        UNKNOWN,
        "FORMAT_FAILURE",
        "签名值按不合规的方式吻合（{reason}），严格的验证程序会判为无效。签署人：{signer}。",
        "The signature value holds in a way that the standard does not know ({reason}); strict "
        "validators reject it. Signer: {signer}.",
        EXPORT_AGAIN,
    ),
    "digest": Row(
        "integrity",
        FAILED,
        "HASH_FAILURE",
        "签名文件 {part} 已被改动：其摘要与签章时记录的不一致。签署人：{signer}。",
        "The signature file {part} was altered: its digest differs from the one that was sealed. "
        "Signer: {signer}.",
        SEAL_AGAIN,
    ),
    "value": Row(
        "integrity",
        FAILED,
        "SIG_CRYPTO_FAILURE",
        "签名值与签名证书的公钥不符（{algorithm}），签章无效。证书主体：{signer}。",
        "The signature value does not verify with the certificate's key ({algorithm}). "
        "Subject: {signer}.",
        SEAL_AGAIN,
    ),
    "enclosed": Row(
        "integrity",
        FAILED,
        "FORMAT_FAILURE",
        "签名里封装了另一份内容，与签名文件 {part} 不同：签的不是这份文件。",
        "The signature encloses other content than the signature file {part}: it was not this "
        "file that was signed.",
        SEAL_AGAIN,
    ),
    "seal_forged": Row(
        "integrity",
        FAILED,
        "SIG_CRYPTO_FAILURE",
        "印章“{seal}”上制章者 {maker} 的签名不成立：印章（名称、图像或有效期）被篡改或伪造。",
        'The maker\'s signature on the seal "{seal}" does not hold (maker: {maker}): its name, '
        "picture or validity was altered or made up.",
        SEAL_AGAIN,
    ),
    "seal_foreign": Row(
        "integrity",
        FAILED,
        "SIG_CONSTRAINTS_FAILURE",
        "印章“{seal}”不属于签署人 {signer}：其证书不在印章的证书列表中，印章被他人冒用。",
        'The seal "{seal}" is not the signer\'s: the certificate of {signer} is not among those '
        "that may use it.",
        SEAL_AGAIN,
    ),
    "seal_unassigned": Row(
        "integrity",
        UNKNOWN,
        "SIG_CONSTRAINTS_FAILURE",
        "印章“{seal}”没有列出可以使用它的证书，无法确认它属于签署人 {signer}。",
        'The seal "{seal}" names no certificate that may use it; whether it is that of {signer} '
        "cannot be told.",
        EXPORT_AGAIN,
    ),
    "seal_swapped": Row(
        "integrity",
        FAILED,
        "FORMAT_FAILURE",
        "印章文件 {part} 与签名中的印章“{seal}”不同：显示的印章不是签署时的印章。",
        'The seal in {part} is another one than the seal "{seal}" in the signature: what is shown '
        "is not what was used.",
        SEAL_AGAIN,
    ),
    "unread": Row(
        "integrity",
        UNKNOWN,
        "FORMAT_FAILURE",
        "无法读懂此签章（{reason}），因此不作结论。",
        "This seal was not understood ({reason}); nothing is decided.",
        EXPORT_AGAIN,
    ),
    "unlisted": Row(
        "integrity",
        UNKNOWN,
        "FORMAT_FAILURE",
        "文件声明有签章，但签名列表无法读取（{reason}）：签章可能已被移除。",
        "The file says that it is sealed, but the list of its signatures cannot be read ({reason}):"
        " seals may have been taken out.",
        SEAL_AGAIN,
    ),
    "algorithm": Row(
        "integrity",
        UNKNOWN,
        "FORMAT_FAILURE",
        "签名算法 {algorithm} 不在已知算法之列，无法验证。证书主体：{signer}。",
        "The algorithm {algorithm} is not one that is known here; the signature cannot be "
        "verified. Subject: {signer}.",
        EXPORT_AGAIN,
    ),
    "no_certificate": Row(
        "integrity",
        UNKNOWN,
        "NO_SIGNING_CERTIFICATE_FOUND",
        "签名中找不到与之相符的签名证书，无法验证。",
        "The certificate that belongs to this signature is not in the file; it cannot be verified.",
        EXPORT_AGAIN,
    ),
    # coverage: which parts of the package are sealed?
    "whole": Row(
        "coverage",
        PASSED,
        None,
        "签章覆盖文件的全部 {count} 个部分（签章自身的文件除外）。",
        "The seal covers all {count} parts of the file (but those of the seals themselves).",
    ),
    "shown": Row(
        "coverage",
        PASSED,
        None,
        "签章覆盖所有显示的内容；未覆盖的只有：{parts}。",
        "The seal covers everything that is shown; it leaves out only {parts}.",
    ),
    "uncovered": Row(
        "coverage",
        UNKNOWN,
        "CONTENT_NOT_COVERED",
        "有内容显示给读者但不受此签章保护：{parts}。",
        "The reader is shown content that this seal does not protect: {parts}.",
        SEAL_ALL,
    ),
    "ambiguous": Row(
        "coverage",
        FAILED,
        "FORMAT_FAILURE",
        "同一名称在文件包中出现多次（{parts}）：各阅读器显示的内容可能不同。",
        "The package holds several parts of one name ({parts}): what is shown depends on the "
        "viewer.",
        SEAL_AGAIN,
    ),
    # changes: are the sealed parts as they were?
    "unchanged": Row(
        "changes",
        PASSED,
        None,
        "签章覆盖的 {count} 个部分均与签章时一致。",
        "All {count} parts that the seal covers are as they were when sealed.",
    ),
    "allowed": Row(
        "changes",
        PASSED,
        None,
        "签章后只是又加盖了其他签章（{parts} 因此变化），其余部分与签章时一致。",
        "After it only further seals were put on ({parts} changed for that); everything else is "
        "as it was.",
    ),
    "changed": Row(
        "changes",
        FAILED,
        "CHANGED_AFTER_SIGNING",
        "签章后有内容被改动或删除：{parts}。",
        "Parts were changed or removed after sealing: {parts}.",
        SEAL_AGAIN,
    ),
    "unnamed_method": Row(
        "changes",
        UNKNOWN,
        "FORMAT_FAILURE",
        "摘要算法“{method}”不在已知算法之列，无法比对签章覆盖的内容。",
        'The digest method "{method}" is not known here; what was sealed cannot be compared.',
        EXPORT_AGAIN,
    ),
    "misnamed_method": Row(
        "changes",
        UNKNOWN,
        "FORMAT_FAILURE",
        "内容与签章时一致（{actual}），但签名文件称摘要算法为“{method}”，严格的验证程序会判为无效。",
        'The parts are as they were when sealed ({actual}), but the method is said to be "{method}"'
        "; strict validators reject it.",
        EXPORT_AGAIN,
    ),
    "weak_method": Row(
        "changes",
        UNKNOWN,
        "CRYPTO_CONSTRAINTS_FAILURE",
        "内容与摘要吻合，但摘要算法 {method} 已不安全，不能排除内容被替换。",
        "The parts fit their digests, but {method} is no longer safe: they could have been "
        "exchanged.",
        EXPORT_AGAIN,
    ),
    "uncompared": Row(
        "changes",
        UNKNOWN,
        "FORMAT_FAILURE",
        "签名文件无法读取（{reason}），无法比对签章覆盖的内容。",
        "The signature file could not be read ({reason}); what was sealed cannot be compared.",
        EXPORT_AGAIN,
    ),
}
