"""Everything that can be said of a PDF signature: one row a case, in both languages."""

from __future__ import annotations

from verification.sentences import Row
from verification.values import Status, Text

_PASSED, _UNKNOWN, _FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
_NEUTRAL = Status.NOT_APPLICABLE

_SIGN_AGAIN = Text(
    zh="请向签署人索取签署后未经改动的原始文件，或请其重新签署。",
    en="Ask the signer for the file exactly as it was signed, or have it signed again.",
)
_EXPORT_AGAIN = Text(
    zh="请用常见的签名软件重新签署并导出，或请审核人员人工核对。",
    en="Sign and export again with a common signing program, or ask a reviewer to look at it.",
)
_LOOK = Text(
    zh="请审核人员对照签署时的版本查看标出的位置，确认改动是否为签署人所许可。",
    en="A reviewer should compare the marked places with the signed revision and decide.",
)
_ADD_ANCHOR = Text(
    zh="若信任该签发机构，请管理员把它的根证书加入信任列表；否则请用受信任的证书重新签署。",
    en="If this issuer is to be trusted, an administrator adds its root certificate; "
    "else sign again with a trusted certificate.",
)
_STAMP = Text(
    zh="请提供带可信时间戳的签名（证明签署时证书有效），或用有效证书重新签署。",
    en="Provide a signature with a trusted time stamp from when the certificate was valid, "
    "or sign again with a valid certificate.",
)

ROWS: dict[str, Row] = {
    # integrity: do digest and signature value hold over the signed bytes?
    "intact": Row(
        "integrity",
        _PASSED,
        None,
        "签名值与所签字节的摘要均吻合（{algorithm}），签署人：{signer}。",
        "Digest and signature value hold over the signed bytes ({algorithm}); signer: {signer}.",
    ),
    "weak": Row(
        "integrity",
        _UNKNOWN,
        "CRYPTO_CONSTRAINTS_FAILURE",
        "签名值吻合，但所用算法 {algorithm} 已不安全，不能排除伪造。签署人：{signer}。",
        "The signature value holds, but {algorithm} is no longer safe and a forgery cannot be "
        "excluded. Signer: {signer}.",
        Text(
            zh="请用 SHA-256 以上的摘要算法和 2048 位以上的密钥重新签署。",
            en="Sign again with SHA-256 or better and a key of 2048 bits or more.",
        ),
    ),
    "digest": Row(
        "integrity",
        _FAILED,
        "HASH_FAILURE",
        "所签字节已被改动：文件摘要与签名中记录的不一致。签署人：{signer}。",
        "The signed bytes were altered: their digest differs from the one that was signed. "
        "Signer: {signer}.",
        _SIGN_AGAIN,
    ),
    "cut": Row(
        "integrity",
        _FAILED,
        "HASH_FAILURE",
        "文件不完整：签名覆盖到第 {wanted} 字节，文件只有 {seen} 字节。",
        "The file is cut short: the signature covers {wanted} bytes, the file has {seen}.",
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
    "order": Row(
        "integrity",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "签名值按原样吻合，但签名属性未按 DER 顺序编码（RFC 5652 第 5.4 节），"
        "严格的验证程序会判为无效。签署人：{signer}。",
        "The signature value holds as written, but its signed attributes are not in DER order "
        "(RFC 5652, 5.4): strict validators reject it. Signer: {signer}.",
        _EXPORT_AGAIN,
    ),
    "enclosed": Row(
        "integrity",
        _FAILED,
        "FORMAT_FAILURE",
        "签名里封装了另一份内容，与本文件所签字节不同：签的不是这份文件。",
        "The signature encloses other content than the signed bytes of this file: it was not "
        "this file that was signed.",
        _SIGN_AGAIN,
    ),
    "unread": Row(
        "integrity",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "无法读懂此签名（{reason}），因此不作结论。",
        "This signature was not understood ({reason}); nothing is decided.",
        _EXPORT_AGAIN,
    ),
    "no_certificate": Row(
        "integrity",
        _UNKNOWN,
        "NO_SIGNING_CERTIFICATE_FOUND",
        "签名中找不到与之相符的签名证书，无法验证。",
        "The certificate that belongs to this signature is not in it; it cannot be verified.",
        _EXPORT_AGAIN,
    ),
    "encrypted": Row(
        "integrity",
        _UNKNOWN,
        "ENCRYPTED",
        "文件已加密且需要密码，无法检查其中的签名。",
        "The file is encrypted and needs a password; its signature cannot be examined.",
        Text(
            zh="请上传未设打开密码的签署原件。",
            en="Upload the signed original without a password to open it.",
        ),
    ),
    # coverage: which bytes were signed?
    "whole": Row(
        "coverage",
        _PASSED,
        None,
        "签名覆盖整个文件（除签名值本身外的全部字节）。",
        "The signature covers the whole file (every byte but the signature value itself).",
    ),
    "revision": Row(
        "coverage",
        _PASSED,
        None,
        "签名覆盖文件的第 {revision} 个签署版本；其后另追加了 {tail} 字节。",
        "The signature covers signed revision {revision} of the file; {tail} bytes follow it.",
    ),
    "range": Row(
        "coverage",
        _FAILED,
        "FORMAT_FAILURE",
        "签名范围不合规（{reason}）：签名可能被移花接木，覆盖范围之外的内容不受保护。",
        "The signed range is not a lawful one ({reason}): the signature may have been wrapped, "
        "and what lies outside is not protected.",
        _SIGN_AGAIN,
    ),
    "spoofed": Row(
        "coverage",
        _FAILED,
        "FORMAT_FAILURE",
        "签名字典与签署时不一致（{reason}）：显示给读者的签名信息不是所签的信息。",
        "The signature dictionary is not the one that was signed ({reason}): what viewers show "
        "of the signature is not what was signed.",
        _SIGN_AGAIN,
    ),
    "unplaced": Row(
        "coverage",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "无法确定签名所属的文件版本（{reason}），因此不作结论。",
        "The revision that this signature belongs to could not be read ({reason}); nothing is "
        "decided.",
        _EXPORT_AGAIN,
    ),
    # changes: what was done to the file after signing?
    "unchanged": Row("changes", _PASSED, None, "签署后没有任何改动。", "Nothing changed after it."),
    "allowed": Row(
        "changes",
        _PASSED,
        None,
        "签署后仅有许可的追加：{parts}。",
        "After signing only permitted additions were made: {parts}.",
    ),
    "filled": Row(
        "changes",
        _UNKNOWN,
        "CHANGED_AFTER_SIGNING",
        "签署后有人填写了表单（{parts}），而签名没有说明是否允许。",
        "Form fields were filled in after signing ({parts}), and the signature does not say "
        "whether that was permitted.",
        _LOOK,
    ),
    "guarded": Row(
        "changes",
        _UNKNOWN,
        "CHANGED_AFTER_SIGNING",
        "签署后被改动的是只读域或按钮（{parts}）：签署人许可填写表单，但这些域本不供人填写。",
        "Read-only fields or buttons were altered after signing ({parts}): the signer permitted "
        "forms to be filled in, and these are not there to be filled in.",
        _LOOK,
    ),
    "annotated": Row(
        "changes",
        _UNKNOWN,
        "CHANGED_AFTER_SIGNING",
        "签署后添加或修改了批注（{parts}）；签署人许可批注，但批注可能遮盖或改变所签内容。",
        "Annotations were added or altered after signing ({parts}); the signer permitted "
        "that, but they may cover or alter what was signed.",
        _LOOK,
    ),
    "hidden": Row(
        "changes",
        _UNKNOWN,
        "CHANGED_AFTER_SIGNING",
        "签署后追加的签名或表单外观遮住了原有内容（{parts}）。",
        "A signature or form field added later covers what stood there when it was signed "
        "({parts}).",
        _LOOK,
    ),
    "changed": Row(
        "changes",
        _FAILED,
        "CHANGED_AFTER_SIGNING",
        "签署后文件内容被改动：{parts}。应与签署时的版本一致。",
        "The file was changed after signing: {parts}. It should be as it was when signed.",
        _SIGN_AGAIN,
    ),
    "tail": Row(
        "changes",
        _FAILED,
        "CHANGED_AFTER_SIGNING",
        "签署后追加了 {tail} 字节，且不是完整、可读懂的更新（{reason}）；"
        "有的阅读器会把它当成内容显示。",
        "{tail} bytes were appended after signing that are no well-formed update ({reason}); "
        "some viewers show them as content.",
        _SIGN_AGAIN,
    ),
    "doubted": Row(
        "changes",
        _UNKNOWN,
        "CHANGED_AFTER_SIGNING",
        "签署后有改动（{parts}），两种比对方法对其是否许可意见不一。",
        "The file was changed after signing ({parts}); two ways of comparing disagree on whether "
        "that was permitted.",
        _LOOK,
    ),
    "uncompared": Row(
        "changes",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "签署后有追加内容，但无法逐项比对（{reason}），因此不作结论。",
        "Something was appended after signing that could not be compared ({reason}); nothing "
        "is decided.",
        _LOOK,
    ),
    # chain: is the certificate one that we trust, at the right time?
    "trusted": Row(
        "chain",
        _PASSED,
        None,
        "签名证书由受信任的机构签发，在 {time} 有效。签署人：{signer}。",
        "The certificate was issued by a trusted authority and valid at {time}. Signer: {signer}.",
    ),
    "unknown_chain": Row(
        "chain",
        _UNKNOWN,
        "NO_CERTIFICATE_CHAIN_FOUND",
        "签名证书（{signer}）的签发机构“{issuer}”不在信任列表中，签署人身份未经证实。",
        'The issuer "{issuer}" of the certificate ({signer}) is not among the trusted roots; '
        "who signed is not proven.",
        _ADD_ANCHOR,
    ),
    "expired": Row(
        "chain",
        _UNKNOWN,
        "OUT_OF_BOUNDS_NO_POE",
        "签名证书（{signer}）的有效期为 {begin} 至 {end}，在 {time} 时不在有效期内，"
        "且没有可信时间证明签署当时有效。",
        "The certificate ({signer}) is valid from {begin} to {end}, not at {time}, and no "
        "trusted time proves that it was valid when it signed.",
        _STAMP,
    ),
    "signed_outside": Row(
        "chain",
        _FAILED,
        "EXPIRED",
        "可信时间 {time} 证明签署时证书（{signer}）不在有效期 {begin} 至 {end} 内。",
        "A trusted time, {time}, proves that the certificate ({signer}) was outside its validity "
        "({begin} to {end}) when it signed.",
        _STAMP,
    ),
    "revoked": Row(
        "chain",
        _FAILED,
        "REVOKED",
        "签名证书（{signer}）已于 {revoked} 吊销，早于签署时间 {time}。",
        "The certificate ({signer}) was revoked on {revoked}, before it signed at {time}.",
        _STAMP,
    ),
    "revoked_no_poe": Row(
        "chain",
        _UNKNOWN,
        "REVOKED_NO_POE",
        "签名证书（{signer}）已于 {revoked} 吊销，且没有可信时间证明签署在吊销之前。",
        "The certificate ({signer}) was revoked on {revoked}, and no trusted time proves that "
        "it signed before that.",
        _STAMP,
    ),
    "weak_chain": Row(
        "chain",
        _UNKNOWN,
        "CRYPTO_CONSTRAINTS_FAILURE",
        "签名证书（{signer}）的证书链使用了不安全的算法。",
        "The certificate chain of {signer} uses an algorithm that is no longer safe.",
        _ADD_ANCHOR,
    ),
    "other_use": Row(
        "chain",
        _UNKNOWN,
        "CHAIN_CONSTRAINTS_FAILURE",
        "{signer} 的证书是发给网站、时间戳等服务用的，不用于签署文件（RFC 5280 第 4.2.1.12 节）。",
        "The certificate of {signer} is for web servers, time stamps or the like, and not for "
        "signing documents (RFC 5280, 4.2.1.12).",
        _SIGN_AGAIN,
    ),
    "bad_chain": Row(
        "chain",
        _UNKNOWN,
        "{indication}",
        "签名证书（{signer}）的证书链不符合要求（{indication}）。",
        "The certificate chain of {signer} does not meet the rules ({indication}).",
        _ADD_ANCHOR,
    ),
    # time: do the time stamps belong to this signature?
    "stamp_trusted": Row(
        "time",
        _PASSED,
        None,
        "可信时间戳证明该签名在 {time} 之前已存在（{signer}）。",
        "A trusted time stamp proves that the signature existed at {time} ({signer}).",
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
        "时间戳 {time} 不是为这个签名签发的（摘要不符），疑似从别处复制。",
        "The time stamp of {time} was not issued for this signature (its digest is another); it "
        "looks copied.",
        _SIGN_AGAIN,
    ),
    "stamp_forged": Row(
        "time",
        _FAILED,
        "SIG_CRYPTO_FAILURE",
        "时间戳 {time} 的签名值不成立，时间被篡改。",
        "The signature value of the time stamp of {time} does not hold.",
        _SIGN_AGAIN,
    ),
    "before_certificate": Row(
        "time",
        _UNKNOWN,
        "TIME_CONTRADICTION",
        "签名自称签于 {time}，而签名证书 {begin} 才生效：签署时间不可信。",
        "The signature says that it was made at {time}, before its certificate existed ({begin}): "
        "that time is not to be believed.",
        _STAMP,
    ),
    "stamp_unread": Row(
        "time",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "无法读懂签名所带的时间戳（{reason}）。",
        "The time stamp in this signature was not understood ({reason}).",
        _EXPORT_AGAIN,
    ),
}
