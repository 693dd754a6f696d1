"""What is said of the signatures of domains: one row a case, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.sentences import Row, answer
from verification.values import Status, Text

if TYPE_CHECKING:
    from verification.values import Evidence, Judgement

_PASSED, _UNKNOWN, _FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
_NEUTRAL = Status.NOT_APPLICABLE

_ORIGINAL = Text(
    zh="请从收件箱下载原始邮件（“显示原文/下载 .eml”），不要转发、不要由其他软件改存。",
    en='Download the mail as it came ("show original", .eml); no forward, no copy by a program.',
)
_AS_SENT = Text(
    zh="请从收件箱下载原始邮件；若网关或邮件列表在其中加了文字，请审核人员与发件人核对原文。",
    en="Download the mail as it came; where a gateway or a list wrote into it, a reviewer compares "
    "the words with the sender.",
)
_WHICH_KEY = Text(
    zh="请管理员向该域名核实哪一条记录为真，从邮件公钥文件或首次记录中删去另一条。",
    en="An administrator asks the domain which record is right, and takes the other one out of the "
    "file of mail keys or of the store of first use.",
)
_ASK_SENDER = Text(
    zh="请审核人员通过已知的电话或地址向发件人本人核实。",
    en="A reviewer should ask the sender in person, by a number or address known before.",
)

ROWS: dict[str, Row] = {
    "intact": Row(
        "integrity",
        _PASSED,
        None,
        "域名 {domain} 的签名与正文和标题字段吻合（{algorithm}，公钥：{known}）。",
        "The signature of {domain} holds over text and header ({algorithm}; key {known}).",
    ),
    "weak": Row(
        "integrity",
        _UNKNOWN,
        "CRYPTO_CONSTRAINTS_FAILURE",
        "域名 {domain} 的签名吻合，但算法或密钥太弱（{algorithm}，RFC 8301），不能排除伪造。",
        "The signature of {domain} holds, but {algorithm} or its key is too weak (RFC 8301): a "
        "forgery cannot be excluded.",
        _ASK_SENDER,
    ),
    # What no longer holds counts as not signed (RFC 6376, 6.1; RFC 8617, 5.2): servers on the way
    # write notes into honest mails, and who forges one can leave the signature out.
    "body": Row(
        "integrity",
        _UNKNOWN,
        "HASH_FAILURE",
        "正文与 {domain} 签名时不同（摘要不符）：有人改动过，"
        "或途中的服务器（网关、邮件列表）加了文字。",
        "The text is not as {domain} signed it (its digest differs): somebody altered it, or a "
        "server on the way (a gateway, a mailing list) wrote into it.",
        _AS_SENT,
    ),
    "value": Row(
        "integrity",
        _UNKNOWN,
        "SIG_CRYPTO_FAILURE",
        "标题字段与 {domain} 签名时不同（有人或途中的服务器改动过），或签名不是该域名所作。",
        "The header is not as {domain} signed it (somebody or a server on the way altered it), or "
        "it was not {domain} that signed.",
        _AS_SENT,
    ),
    "forwarded": Row(
        "integrity",
        _UNKNOWN,
        "CHANGED_AFTER_SIGNING",
        "{domain} 的签名已不吻合；转发服务器的 ARC 链完好，说明邮件在途中被转发者改动过。",
        "The signature of {domain} no longer holds; the ARC chain does: a forwarding server "
        "changed the mail on its way.",
        _ORIGINAL,
    ),
    "no_key": Row(
        "integrity",
        _UNKNOWN,
        "KEY_NOT_AVAILABLE",
        "没有 {record} 的公钥记录，无法验证 {domain} 的签名{note}。",
        "There is no key record for {record}, so the signature of {domain} cannot be verified"
        "{note}.",
        Text(
            zh="请管理员查询该公钥记录，加入邮件公钥（COUNTERMARK_MAIL_KEYS）后重新验证。",
            en="An administrator looks that record up, adds it to the mail keys "
            "(COUNTERMARK_MAIL_KEYS) and has the mail verified again.",
        ),
    ),
    "two_keys": Row(
        "integrity",
        _UNKNOWN,
        "KEY_CONTRADICTED",
        "{record} 有两条互相矛盾的公钥记录，不能判断哪一条为真。",
        "There are two different key records for {record}; which one is right is not known.",
        _WHICH_KEY,
    ),
    "revoked": Row(
        "integrity",
        _UNKNOWN,
        "REVOKED_NO_POE",
        "{record} 的公钥记录为空：该域名已吊销此密钥。",
        "The key record of {record} is empty: the domain has revoked this key.",
        _ASK_SENDER,
    ),
    "testing": Row(
        "integrity",
        _UNKNOWN,
        "SIG_CONSTRAINTS_FAILURE",
        "域名 {domain} 的签名吻合，但其公钥记录写明仍在测试（t=y），按 RFC 6376 视同未签名。",
        "The signature of {domain} holds, but its key record says that the domain only tests "
        "(t=y): RFC 6376, 3.6.1 takes it as not signed.",
        _ASK_SENDER,
    ),
    "unread": Row(
        "integrity",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "无法读懂此签名或其公钥记录（{reason}），因此不作结论。",
        "This signature or its key record was not understood ({reason}); nothing is decided.",
        _ORIGINAL,
    ),
    "broken_chain": Row(
        "integrity",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "ARC 链不完整或自称已断开（{reason}）。",
        "The ARC chain is incomplete or says itself that it is broken ({reason}).",
        _ORIGINAL,
    ),
    # coverage
    "covered": Row(
        "coverage",
        _PASSED,
        None,
        "签名覆盖全部正文和发件人。未覆盖：{unsigned}。",
        "The signature covers the whole text and the From. Not covered: {unsigned}.",
    ),
    "partial": Row(
        "coverage",
        _UNKNOWN,
        "UNSIGNED_CONTENT",
        "签名只覆盖正文的前 {signed} 字节，其后还有 {rest} 字节未签名（l=）。",
        "Only the first {signed} bytes of the text are signed; {rest} more follow (l=).",
        _ORIGINAL,
    ),
    "reframed": Row(
        "coverage",
        _UNKNOWN,
        "UNSIGNED_CONTENT",
        "{fields} 没有签名，而按它所说来读，会漏掉已签名的文字或读成别的内容："
        "它可能在签名后被换过，阅读者看到的可能只是签名正文的一段。",
        "{fields} is not signed, and read by what it says the mail leaves out words that were "
        "signed, or is not what it says: it may have been exchanged after signing, so that only a "
        "piece of the signed text is shown.",
        _ORIGINAL,
    ),
    "from_unsigned": Row(
        "coverage",
        _FAILED,
        "FORMAT_FAILURE",
        "签名没有覆盖 From（RFC 6376 第 5.4 节要求覆盖），发件人可以任意改写。",
        "The From is not signed, as RFC 6376, 5.4 demands: anybody could have written it.",
        _ORIGINAL,
    ),
    "from_added": Row(
        "coverage",
        _FAILED,
        "FROM_AMBIGUOUS",
        "邮件有 {seen} 个 From，只有 {signed} 个是签名过的：签名后有人添加了发件人。",
        "The mail has {seen} From fields and {signed} of them signed: one was added afterwards.",
        _ORIGINAL,
    ),
    "field_added": Row(
        "coverage",
        _UNKNOWN,
        "UNSIGNED_CONTENT",
        "字段 {name} 出现 {seen} 次，只有 {signed} 次在签名之内。",
        "The field {name} is there {seen} times, {signed} of them signed.",
        _ORIGINAL,
    ),
    # time
    "in_time": Row(
        "time",
        _PASSED,
        None,
        "{domain} 的服务器于 {time} 签名。",
        "The server of {domain} signed at {time}.",
    ),
    "no_time": Row(
        "time", _NEUTRAL, None, "签名没有写明时间。", "The signature does not say when it was made."
    ),
    "expired": Row(
        "time",
        _UNKNOWN,
        "EXPIRED",
        "签名的有效期到 {time} 为止，检查时已过期；它只用于投递途中。",
        "The signature was meant to hold until {time}, which is past: it served the delivery.",
        _ASK_SENDER,
    ),
    "future": Row(
        "time",
        _UNKNOWN,
        "TIME_CONTRADICTION",
        "签名自称作于 {time}，晚于检查的时间。",
        "The signature says that it was made at {time}, later than this examination.",
        _ASK_SENDER,
    ),
    "odd_time": Row(
        "time",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "签名的时间读不懂或自相矛盾（{reason}）。",
        "The times of the signature are no times or contradict each other ({reason}).",
        _ORIGINAL,
    ),
    # identity: of a domain, never of a person
    "aligned": Row(
        "identity",
        _PASSED,
        None,
        "签名域名 {domain} 与发件人域名 {sender} 相符；这只说明域名，不说明是谁。",
        "The signing domain {domain} fits the sender's, {sender}; it vouches for no person.",
    ),
    "third_party": Row(
        "identity",
        _NEUTRAL,
        None,
        "{domain} 不是发件人的域名 {sender}（另有相符的签名）。",
        "{domain} is not the sender's domain {sender}; another signature is.",
    ),
    "unaligned": Row(
        "identity",
        _UNKNOWN,
        "SIGNER_NOT_SENDER",
        "签名域名 {domain} 与发件人域名 {sender} 不符，不能证明发件人。",
        "The signing domain {domain} is not the sender's, {sender}: it proves nothing of the From.",
        _ASK_SENDER,
    ),
}


def judge(case: str, evidence: tuple[Evidence, ...] = (), /, **facts: object) -> Judgement:
    """Answer one question by the row `case`; `facts` fill the gaps of its sentences."""
    return answer(ROWS[case], evidence, facts)
