"""Everything that can be said of a seal on an OFD: one row a case, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from verification.values import Question, Status, Text


@dataclass(frozen=True, slots=True)
class Row:
    """A case: which question it answers, how, and what a person reads."""

    question: Question
    status: Status
    sub_indication: str | None
    zh: str
    en: str
    remedy: Text | None = None


_PASSED, _UNKNOWN, _FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
_NEUTRAL = Status.NOT_APPLICABLE

_SEAL_AGAIN = Text(
    zh="请向签章单位索取签章后未经改动的原始文件，或请其重新签章。",
    en="Ask whoever sealed it for the file exactly as it was sealed, or have it sealed again.",
)
_EXPORT_AGAIN = Text(
    zh="请用符合 GB/T 38540 的签章软件重新签章并导出，或请审核人员人工核对。",
    en="Seal and export again with a program that keeps to GB/T 38540, or ask a reviewer to look.",
)
_SEAL_ALL = Text(
    zh="请在全部内容完成后重新签章，使签章覆盖所有页面、注释、资源和附件；或请审核人员核对标出的部分。",
    en="Seal again when everything is in place, so that the seal covers every page, annotation, "
    "resource and attachment; or have a reviewer look at the parts named.",
)
_ADD_ANCHOR = Text(
    zh="若信任该签发机构，请管理员把它的根证书加入信任列表；否则请用受信任的证书重新签章。",
    en="If this issuer is to be trusted, an administrator adds its root certificate; "
    "else seal again with a trusted certificate.",
)
_STAMP = Text(
    zh="请提供带可信时间戳的签章（证明签章时证书和印章有效），或用有效的证书和印章重新签章。",
    en="Provide a seal with a trusted time stamp from when certificate and seal were valid, "
    "or seal again with valid ones.",
)

ROWS: dict[str, Row] = {
    # integrity: do signature value, digest and seal hold?
    "intact": Row(
        "integrity",
        _PASSED,
        None,
        "签名值与签名文件的摘要均吻合（{algorithm}），签署人：{signer}；印章：{seal}。",
        "Signature value and digest of the signature file hold ({algorithm}); signer: {signer}; "
        "seal: {seal}.",
    ),
    "weak": Row(
        "integrity",
        _UNKNOWN,
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
        _UNKNOWN,
        "FORMAT_FAILURE",
        "签名值按不合规的方式吻合（{reason}），严格的验证程序会判为无效。签署人：{signer}。",
        "The signature value holds in a way that the standard does not know ({reason}); strict "
        "validators reject it. Signer: {signer}.",
        _EXPORT_AGAIN,
    ),
    "digest": Row(
        "integrity",
        _FAILED,
        "HASH_FAILURE",
        "签名文件 {part} 已被改动：其摘要与签章时记录的不一致。签署人：{signer}。",
        "The signature file {part} was altered: its digest differs from the one that was sealed. "
        "Signer: {signer}.",
        _SEAL_AGAIN,
    ),
    "value": Row(
        "integrity",
        _FAILED,
        "SIG_CRYPTO_FAILURE",
        "签名值与签名证书的公钥不符（{algorithm}），签章无效。证书主体：{signer}。",
        "The signature value does not verify with the certificate's key ({algorithm}). "
        "Subject: {signer}.",
        _SEAL_AGAIN,
    ),
    "enclosed": Row(
        "integrity",
        _FAILED,
        "FORMAT_FAILURE",
        "签名里封装了另一份内容，与签名文件 {part} 不同：签的不是这份文件。",
        "The signature encloses other content than the signature file {part}: it was not this "
        "file that was signed.",
        _SEAL_AGAIN,
    ),
    "seal_forged": Row(
        "integrity",
        _FAILED,
        "SIG_CRYPTO_FAILURE",
        "印章“{seal}”上制章者 {maker} 的签名不成立：印章（名称、图像或有效期）被篡改或伪造。",
        'The maker\'s signature on the seal "{seal}" does not hold (maker: {maker}): its name, '
        "picture or validity was altered or made up.",
        _SEAL_AGAIN,
    ),
    "seal_foreign": Row(
        "integrity",
        _FAILED,
        "SIG_CONSTRAINTS_FAILURE",
        "印章“{seal}”不属于签署人 {signer}：其证书不在印章的证书列表中，印章被他人冒用。",
        'The seal "{seal}" is not the signer\'s: the certificate of {signer} is not among those '
        "that may use it.",
        _SEAL_AGAIN,
    ),
    "seal_unassigned": Row(
        "integrity",
        _UNKNOWN,
        "SIG_CONSTRAINTS_FAILURE",
        "印章“{seal}”没有列出可以使用它的证书，无法确认它属于签署人 {signer}。",
        'The seal "{seal}" names no certificate that may use it; whether it is that of {signer} '
        "cannot be told.",
        _EXPORT_AGAIN,
    ),
    "seal_swapped": Row(
        "integrity",
        _FAILED,
        "FORMAT_FAILURE",
        "印章文件 {part} 与签名中的印章“{seal}”不同：显示的印章不是签署时的印章。",
        'The seal in {part} is another one than the seal "{seal}" in the signature: what is shown '
        "is not what was used.",
        _SEAL_AGAIN,
    ),
    "unread": Row(
        "integrity",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "无法读懂此签章（{reason}），因此不作结论。",
        "This seal was not understood ({reason}); nothing is decided.",
        _EXPORT_AGAIN,
    ),
    "unlisted": Row(
        "integrity",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "文件声明有签章，但签名列表无法读取（{reason}）：签章可能已被移除。",
        "The file says that it is sealed, but the list of its signatures cannot be read ({reason}):"
        " seals may have been taken out.",
        _SEAL_AGAIN,
    ),
    "algorithm": Row(
        "integrity",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "签名算法 {algorithm} 不在已知算法之列，无法验证。证书主体：{signer}。",
        "The algorithm {algorithm} is not one that is known here; the signature cannot be "
        "verified. Subject: {signer}.",
        _EXPORT_AGAIN,
    ),
    "no_certificate": Row(
        "integrity",
        _UNKNOWN,
        "NO_SIGNING_CERTIFICATE_FOUND",
        "签名中找不到与之相符的签名证书，无法验证。",
        "The certificate that belongs to this signature is not in the file; it cannot be verified.",
        _EXPORT_AGAIN,
    ),
    # coverage: which parts of the package are sealed?
    "whole": Row(
        "coverage",
        _PASSED,
        None,
        "签章覆盖文件的全部 {count} 个部分（签章自身的文件除外）。",
        "The seal covers all {count} parts of the file (but those of the seals themselves).",
    ),
    "shown": Row(
        "coverage",
        _PASSED,
        None,
        "签章覆盖所有显示的内容；未覆盖的只有：{parts}。",
        "The seal covers everything that is shown; it leaves out only {parts}.",
    ),
    "uncovered": Row(
        "coverage",
        _UNKNOWN,
        "CONTENT_NOT_COVERED",
        "有内容显示给读者但不受此签章保护：{parts}。",
        "The reader is shown content that this seal does not protect: {parts}.",
        _SEAL_ALL,
    ),
    "ambiguous": Row(
        "coverage",
        _FAILED,
        "FORMAT_FAILURE",
        "同一名称在文件包中出现多次（{parts}）：各阅读器显示的内容可能不同。",
        "The package holds several parts of one name ({parts}): what is shown depends on the "
        "viewer.",
        _SEAL_AGAIN,
    ),
    # changes: are the sealed parts as they were?
    "unchanged": Row(
        "changes",
        _PASSED,
        None,
        "签章覆盖的 {count} 个部分均与签章时一致。",
        "All {count} parts that the seal covers are as they were when sealed.",
    ),
    "allowed": Row(
        "changes",
        _PASSED,
        None,
        "签章后只是又加盖了其他签章（{parts} 因此变化），其余部分与签章时一致。",
        "After it only further seals were put on ({parts} changed for that); everything else is "
        "as it was.",
    ),
    "changed": Row(
        "changes",
        _FAILED,
        "CHANGED_AFTER_SIGNING",
        "签章后有内容被改动或删除：{parts}。",
        "Parts were changed or removed after sealing: {parts}.",
        _SEAL_AGAIN,
    ),
    "unnamed_method": Row(
        "changes",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "摘要算法“{method}”不在已知算法之列，无法比对签章覆盖的内容。",
        'The digest method "{method}" is not known here; what was sealed cannot be compared.',
        _EXPORT_AGAIN,
    ),
    "misnamed_method": Row(
        "changes",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "内容与签章时一致（{actual}），但签名文件称摘要算法为“{method}”，严格的验证程序会判为无效。",
        'The parts are as they were when sealed ({actual}), but the method is said to be "{method}"'
        "; strict validators reject it.",
        _EXPORT_AGAIN,
    ),
    "weak_method": Row(
        "changes",
        _UNKNOWN,
        "CRYPTO_CONSTRAINTS_FAILURE",
        "内容与摘要吻合，但摘要算法 {method} 已不安全，不能排除内容被替换。",
        "The parts fit their digests, but {method} is no longer safe: they could have been "
        "exchanged.",
        _EXPORT_AGAIN,
    ),
    "uncompared": Row(
        "changes",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "签名文件无法读取（{reason}），无法比对签章覆盖的内容。",
        "The signature file could not be read ({reason}); what was sealed cannot be compared.",
        _EXPORT_AGAIN,
    ),
    # chain: are signer and maker of the seal to be believed?
    "trusted": Row(
        "chain",
        _PASSED,
        None,
        "{role}由受信任的机构签发，在 {time} 有效：{subject}。",
        "{role}: issued by a trusted authority and valid at {time} ({subject}).",
    ),
    "unknown": Row(
        "chain",
        _UNKNOWN,
        "NO_CERTIFICATE_CHAIN_FOUND",
        "{role}（{subject}）的签发机构“{issuer}”不在信任列表中，其身份未经证实。",
        '{role} ({subject}): the issuer "{issuer}" is not among the trusted roots; who this is, '
        "is not proven.",
        _ADD_ANCHOR,
    ),
    "outside": Row(
        "chain",
        _UNKNOWN,
        "OUT_OF_BOUNDS_NO_POE",
        "{role}（{subject}）的有效期为 {begin} 至 {end}，在 {time} 时不在有效期内，"
        "且没有可信时间证明签章当时有效。",
        "{role} ({subject}) is valid from {begin} to {end}, not at {time}, and no trusted time "
        "proves that it was valid when it sealed.",
        _STAMP,
    ),
    "proven_outside": Row(
        "chain",
        _FAILED,
        "EXPIRED",
        "可信时间 {time} 证明签章时{role}（{subject}）不在有效期 {begin} 至 {end} 内。",
        "A trusted time, {time}, proves that the validity of {role} ({subject}), {begin} to {end}, "
        "did not include the sealing.",
        _STAMP,
    ),
    "weak_chain": Row(
        "chain",
        _UNKNOWN,
        "CRYPTO_CONSTRAINTS_FAILURE",
        "{role}（{subject}）的证书链使用了不安全的算法。",
        "{role} ({subject}): the certificate chain uses an algorithm that is no longer safe.",
        _ADD_ANCHOR,
    ),
    "bad": Row(
        "chain",
        _UNKNOWN,
        "CHAIN_CONSTRAINTS_FAILURE",
        "{role}（{subject}）的证书链不符合要求（用途、签发权限或关键扩展项）。",
        "{role} ({subject}): the certificate chain does not meet the rules (use of the key, right "
        "to issue, critical extensions).",
        _ADD_ANCHOR,
    ),
    # time: do the times agree, and do time stamps belong to this seal?
    "in_time": Row(
        "time",
        _PASSED,
        None,
        "自称的签章时间 {time} 在印章和证书的有效期内（此时间由签署人自己填写）。",
        "The time of sealing, {time}, lies within the validity of seal and certificate (it is the "
        "signer's own word).",
    ),
    "no_time": Row(
        "time", _NEUTRAL, None, "签章没有写明时间。", "The seal does not say when it was put on."
    ),
    "seal_out_of_time": Row(
        "time",
        _FAILED,
        "EXPIRED",
        "自称的签章时间 {time} 不在印章“{seal}”的有效期 {begin} 至 {end} 内。",
        'By its own word it was sealed at {time}, outside of the validity of the seal "{seal}", '
        "{begin} to {end}.",
        _STAMP,
    ),
    "certificate_out_of_time": Row(
        "time",
        _UNKNOWN,
        "TIME_CONTRADICTION",
        "自称的签章时间 {time} 不在签名证书的有效期 {begin} 至 {end} 内：该时间不可信。",
        "By its own word it was sealed at {time}, outside of the validity of the certificate, "
        "{begin} to {end}: that time is not to be believed.",
        _STAMP,
    ),
    "future": Row(
        "time",
        _UNKNOWN,
        "TIME_CONTRADICTION",
        "自称的签章时间 {time} 晚于检查时间 {now}。",
        "The time of sealing, {time}, is later than now, {now}.",
        _STAMP,
    ),
    "two_times": Row(
        "time",
        _UNKNOWN,
        "TIME_CONTRADICTION",
        "签名文件写的时间 {written} 与签章数据中的时间 {time} 相差一天以上。",
        "The signature file says {written}, the sealed data {time}: more than a day apart.",
        _STAMP,
    ),
    "stamp_trusted": Row(
        "time",
        _PASSED,
        None,
        "可信时间戳证明该签章在 {time} 之前已存在（{signer}）。",
        "A trusted time stamp proves that the seal existed at {time} ({signer}).",
    ),
    "stamp_unknown": Row(
        "time",
        _NEUTRAL,
        None,
        "时间戳 {time} 完好，但签发机构“{signer}”不在信任列表中，只作声明看待。",
        'The time stamp of {time} is intact, but its issuer "{signer}" is not trusted: it '
        "counts as a claim only.",
    ),
    "stamp_copied": Row(
        "time",
        _FAILED,
        "HASH_FAILURE",
        "时间戳 {time} 不是为这个签章签发的（摘要不符），疑似从别处复制。",
        "The time stamp of {time} was not issued for this seal (its digest is another); it looks "
        "copied.",
        _SEAL_AGAIN,
    ),
    "stamp_forged": Row(
        "time",
        _FAILED,
        "SIG_CRYPTO_FAILURE",
        "时间戳 {time} 的签名值不成立，时间被篡改。",
        "The signature value of the time stamp of {time} does not hold.",
        _SEAL_AGAIN,
    ),
    "stamp_unread": Row(
        "time",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "无法读懂签章所带的时间戳（{reason}）。",
        "The time stamp in this seal was not understood ({reason}).",
        _EXPORT_AGAIN,
    ),
}
