"""What can be said of who sealed a document, and when: one row a case, in both languages."""

from __future__ import annotations

from verification.readers.ofd.rows import (
    ADD_ANCHOR,
    ADD_MAKER,
    EXPORT_AGAIN,
    FAILED,
    NEUTRAL,
    PASSED,
    SEAL_AGAIN,
    STAMP,
    UNKNOWN,
)
from verification.sentences import Row

ROWS: dict[str, Row] = {
    # chain: are signer and maker of the seal to be believed?
    "trusted": Row(
        "chain",
        PASSED,
        None,
        "{role}由受信任的机构签发，在 {time} 有效：{subject}。",
        "{role}: issued by a trusted authority and valid at {time} ({subject}).",
    ),
    "unknown": Row(
        "chain",
        UNKNOWN,
        "NO_CERTIFICATE_CHAIN_FOUND",
        "{role}（{subject}）的签发机构“{issuer}”不在信任列表中，其身份未经证实。",
        '{role} ({subject}): the issuer "{issuer}" is not among the trusted roots; who this is, '
        "is not proven.",
        ADD_ANCHOR,
    ),
    "maker": Row(
        "chain",
        UNKNOWN,
        "SEAL_MAKER_NOT_KNOWN",
        "印章由“{subject}”制作，其证书虽由受信任的机构签发，却不是已登记的制章者；"
        "任何持证人都能制作任意名称的印章，因此印章名称未经证实。",
        'The seal was made by "{subject}", whom a trusted authority knows, but not as a maker of '
        "seals; anybody with a certificate can make one with any name: the name is not proven.",
        ADD_MAKER,
    ),
    "outside": Row(
        "chain",
        UNKNOWN,
        "OUT_OF_BOUNDS_NO_POE",
        "{role}（{subject}）的有效期为 {begin} 至 {end}，在 {time} 时不在有效期内，"
        "且没有可信时间证明签章当时有效。",
        "{role} ({subject}) is valid from {begin} to {end}, not at {time}, and no trusted time "
        "proves that it was valid when it sealed.",
        STAMP,
    ),
    "proven_outside": Row(
        "chain",
        FAILED,
        "EXPIRED",
        "可信时间 {time} 证明签章时{role}（{subject}）不在有效期 {begin} 至 {end} 内。",
        "A trusted time, {time}, proves that the validity of {role} ({subject}), {begin} to {end}, "
        "did not include the sealing.",
        STAMP,
    ),
    "weak_chain": Row(
        "chain",
        UNKNOWN,
        "CRYPTO_CONSTRAINTS_FAILURE",
        "{role}（{subject}）的证书链使用了不安全的算法。",
        "{role} ({subject}): the certificate chain uses an algorithm that is no longer safe.",
        ADD_ANCHOR,
    ),
    "bad": Row(
        "chain",
        UNKNOWN,
        "CHAIN_CONSTRAINTS_FAILURE",
        "{role}（{subject}）的证书链不符合要求（用途、签发权限或关键扩展项）。",
        "{role} ({subject}): the certificate chain does not meet the rules (use of the key, right "
        "to issue, critical extensions).",
        ADD_ANCHOR,
    ),
    # time: do the times agree, and do time stamps belong to this seal?
    "in_time": Row(
        "time",
        PASSED,
        None,
        "自称的签章时间 {time} 在印章和证书的有效期内（此时间由签署人自己填写）。",
        "The time of sealing, {time}, lies within the validity of seal and certificate (it is the "
        "signer's own word).",
    ),
    "no_time": Row(
        "time", NEUTRAL, None, "签章没有写明时间。", "The seal does not say when it was put on."
    ),
    "seal_out_of_time": Row(
        "time",
        FAILED,
        "EXPIRED",
        "自称的签章时间 {time} 不在印章“{seal}”的有效期 {begin} 至 {end} 内。",
        'By its own word it was sealed at {time}, outside of the validity of the seal "{seal}", '
        "{begin} to {end}.",
        STAMP,
    ),
    "certificate_out_of_time": Row(
        "time",
        UNKNOWN,
        "TIME_CONTRADICTION",
        "自称的签章时间 {time} 不在签名证书的有效期 {begin} 至 {end} 内：该时间不可信。",
        "By its own word it was sealed at {time}, outside of the validity of the certificate, "
        "{begin} to {end}: that time is not to be believed.",
        STAMP,
    ),
    "future": Row(
        "time",
        UNKNOWN,
        "TIME_CONTRADICTION",
        "自称的签章时间 {time} 晚于检查时间 {now}。",
        "The time of sealing, {time}, is later than now, {now}.",
        STAMP,
    ),
    "two_times": Row(
        "time",
        UNKNOWN,
        "TIME_CONTRADICTION",
        "签名文件写的时间 {written} 与签章数据中的时间 {time} 相差一天以上。",
        "The signature file says {written}, the sealed data {time}: more than a day apart.",
        STAMP,
    ),
    "stamp_trusted": Row(
        "time",
        PASSED,
        None,
        "可信时间戳证明该签章在 {time} 之前已存在（{signer}）。",
        "A trusted time stamp proves that the seal existed at {time} ({signer}).",
    ),
    "stamp_unknown": Row(
        "time",
        NEUTRAL,
        None,
        "时间戳 {time} 完好，但签发机构“{signer}”不在信任列表中，只作声明看待。",
        'The time stamp of {time} is intact, but its issuer "{signer}" is not trusted: it '
        "counts as a claim only.",
    ),
    "stamp_copied": Row(
        "time",
        FAILED,
        "HASH_FAILURE",
        "时间戳 {time} 不是为这个签章签发的（摘要不符），疑似从别处复制。",
        "The time stamp of {time} was not issued for this seal (its digest is another); it looks "
        "copied.",
        SEAL_AGAIN,
    ),
    "stamp_forged": Row(
        "time",
        FAILED,
        "SIG_CRYPTO_FAILURE",
        "时间戳 {time} 的签名值不成立，时间被篡改。",
        "The signature value of the time stamp of {time} does not hold.",
        SEAL_AGAIN,
    ),
    "stamp_unread": Row(
        "time",
        UNKNOWN,
        "FORMAT_FAILURE",
        "无法读懂签章所带的时间戳（{reason}）。",
        "The time stamp in this seal was not understood ({reason}).",
        EXPORT_AGAIN,
    ),
}
