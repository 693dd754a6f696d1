"""What is said of a signed mail beyond its cryptography: one row a case, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.sentences import Row, answer
from verification.values import Status, Text

if TYPE_CHECKING:
    from verification.values import Evidence, Judgement

_PASSED, _UNKNOWN, _FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
_NEUTRAL = Status.NOT_APPLICABLE

_ORIGINAL = Text(
    zh="请从收件箱把原始邮件另存为 .eml 或 .msg 后上传，不要转发或复制正文。",
    en="Save the mail itself from the mailbox as .eml or .msg and upload that, not a forward.",
)
_SIGN_WHOLE = Text(
    zh="请发件人重新发送：正文和附件全部在签名之内，签名后不再添加内容。",
    en="Have the sender send it again with text and attachments all inside the signature.",
)
_OWN_NAME = Text(
    zh="请发件人用自己的地址和自己的证书重新签名发送。",
    en="Have the sender send it again from their own address, signed with their own certificate.",
)
_ASK_SENDER = Text(
    zh="请审核人员通过已知的电话或地址向发件人本人核实。",
    en="A reviewer should ask the sender in person, by a number or address known before.",
)

ROWS: dict[str, Row] = {
    # integrity: what keeps the signature from being judged at all
    "pgp": Row(
        "integrity",
        _UNKNOWN,
        "NOT_SUPPORTED",
        "邮件带有 PGP 签名（{form}），本系统能认出但不验证 PGP，因此不作结论。",
        "The mail carries a PGP signature ({form}); PGP is recognised and not verified here, so "
        "nothing is decided.",
        Text(
            zh="请发件人改用 S/MIME 签名，或请审核人员用 PGP 软件核对。",
            en="Have it signed with S/MIME, or have a reviewer verify it with a PGP program.",
        ),
    ),
    "sealed": Row(
        "integrity",
        _UNKNOWN,
        "ENCRYPTED",
        "邮件内容已加密（{form}），没有收件人的私钥无法检查其中的签名。",
        "The content of the mail is encrypted ({form}); what is signed in it cannot be examined.",
        Text(
            zh="请收件人解密后把邮件另存（保留签名）再上传。",
            en="The receiver should save the mail decrypted, signature kept, and upload that.",
        ),
    ),
    "unsigned": Row(
        "integrity",
        _FAILED,
        "FORMAT_FAILURE",
        "邮件声称已签名，但签名数据中没有任何签署人。",
        "The mail says that it is signed, but its signature data hold no signer.",
        _OWN_NAME,
    ),
    "companions": Row(
        "integrity",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "同一签名数据里还有另一位签署人，其签名不成立或不属于发件人；不同软件会显示不同的签署人。",
        "The signature data name another signer as well, who does not hold or is not the sender; "
        "which one is shown depends on the program.",
        _OWN_NAME,
    ),
    "confusable": Row(
        "integrity",
        _FAILED,
        "FORMAT_FAILURE",
        "所签内容是另一签名的属性（RFC 5652 第 5.4 节），签署人签的不是这封邮件。",
        "What is signed are the attributes of another signature (RFC 5652, 5.4): it was not this "
        "mail that was signed.",
        _OWN_NAME,
    ),
    # coverage: is what a reader sees what was signed?
    "whole": Row(
        "coverage",
        _PASSED,
        None,
        "签名覆盖整个正文与附件。未覆盖：{unsigned}。",
        "The signature covers all text and attachments. Not covered: {unsigned}.",
    ),
    "footer": Row(
        "coverage",
        _UNKNOWN,
        "UNSIGNED_CONTENT",
        "已签名的部分之后还有未签名的内容：{unsigned}。",
        "Unsigned content follows the signed part: {unsigned}.",
        _SIGN_WHOLE,
    ),
    "wrapped": Row(
        "coverage",
        _FAILED,
        "UNSIGNED_CONTENT",
        "读者首先看到的是未签名的内容，签名只属于其中一部分：{unsigned}。",
        "A reader is shown unsigned content before, around or in place of the signed part: "
        "{unsigned}.",
        _SIGN_WHOLE,
    ),
    "enclosed": Row(
        "coverage",
        _UNKNOWN,
        "UNSIGNED_CONTENT",
        "签名属于被转发的另一封邮件，外层邮件没有签名：{unsigned}。",
        "The signature belongs to a mail that was forwarded; the mail around it is not signed: "
        "{unsigned}.",
        _ORIGINAL,
    ),
    "copied_body": Row(
        "coverage",
        _UNKNOWN,
        "UNSIGNED_CONTENT",
        "Outlook 文件里另存了一份正文，与所签内容不同：{unsigned}。",
        "The Outlook file keeps a text of its own that differs from what is signed: {unsigned}.",
        _ORIGINAL,
    ),
    "ambiguous": Row(
        "coverage",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "邮件结构有歧义（{reason}），不同软件可能显示不同内容。",
        "The mail can be read in two ways ({reason}): programs may show different things.",
        _ORIGINAL,
    ),
    "broken_form": Row(
        "coverage",
        _UNKNOWN,
        "FORMAT_FAILURE",
        "签名邮件的结构不符合 RFC 1847：{reason}。",
        "The signed mail is not built as RFC 1847 says: {reason}.",
        _ORIGINAL,
    ),
    "hidden": Row(
        "coverage",
        _UNKNOWN,
        "HIDDEN_CONTENT",
        "所签内容里有读者看不到的文字：“{text}”。",
        'The signed content holds words that a reader does not see: "{text}".',
        _ASK_SENDER,
    ),
    "different": Row(
        "coverage",
        _UNKNOWN,
        "ALTERNATIVES_DIFFER",
        "所签内容的纯文本与网页两种版本说的不是一回事，读者看到哪一种取决于软件。",
        "Plain text and HTML of the signed content say different things; which one is read depends "
        "on the program.",
        _ASK_SENDER,
    ),
    "frames": Row(
        "coverage",
        _UNKNOWN,
        "UNSIGNED_CONTENT",
        "所签内容会从别处取来并显示其他文档：{links}。",
        "The signed content shows documents that are fetched from elsewhere: {links}.",
        _SIGN_WHOLE,
    ),
    # identity: is the signer the one whom a reader takes for the sender?
    "sender": Row(
        "identity",
        _PASSED,
        None,
        "证书担保的地址就是发件人地址 {address}（证书主体：{signer}）。",
        "The certificate vouches for the address of the From, {address} (subject: {signer}).",
    ),
    "from_missing": Row(
        "identity",
        _FAILED,
        "FROM_NOT_FOUND",
        "邮件的 From 里没有地址（看到：“{shown}”），签名不属于任何看得见的发件人。",
        'The From holds no address (seen: "{shown}"): the signature is of no visible sender.',
        _OWN_NAME,
    ),
    "sender_unknown": Row(
        "identity",
        _UNKNOWN,
        "FROM_NOT_FOUND",
        "Outlook 文件没有保存发件人的邮件地址，无法与签名证书（{signer}，{address}）对照。",
        "The Outlook file keeps no mail address of the sender to hold against the certificate "
        "({signer}, {address}).",
        _ORIGINAL,
    ),
    "from_several": Row(
        "identity",
        _FAILED,
        "FROM_AMBIGUOUS",
        "邮件有不止一个发件人（{shown}），软件显示哪一个并不确定。",
        "The mail has more than one sender ({shown}); which one is shown depends on the program.",
        _OWN_NAME,
    ),
    "from_odd": Row(
        "identity",
        _UNKNOWN,
        "FROM_AMBIGUOUS",
        "From 的写法有歧义（{reason}）：“{shown}”。",
        'The From can be read in two ways ({reason}): "{shown}".',
        _OWN_NAME,
    ),
    "other_signer": Row(
        "identity",
        _FAILED,
        "SIGNER_NOT_SENDER",
        "发件人显示为 {address}，签名证书却属于 {signer}（{certified}）。",
        "The sender is shown as {address}, but the certificate is that of {signer} ({certified}).",
        _OWN_NAME,
    ),
    "no_address": Row(
        "identity",
        _UNKNOWN,
        "SIGNER_NOT_SENDER",
        "签名证书（{signer}）不担保任何邮件地址，不能证明它属于发件人 {address}。",
        "The certificate ({signer}) vouches for no mail address; nothing ties it to {address}.",
        _OWN_NAME,
    ),
    "name_deceives": Row(
        "identity",
        _FAILED,
        "NAME_MISLEADS",
        "显示的发件人名称会误导读者（{reason}）：“{shown}”，实际地址是 {address}。",
        'The name shown for the sender misleads ({reason}): "{shown}"; the address is {address}.',
        _OWN_NAME,
    ),
    "name_uncertified": Row(
        "identity",
        _UNKNOWN,
        "NAME_NOT_CERTIFIED",
        "证书只担保地址 {address}，不担保显示的名称“{shown}”（证书主体：{signer}）。",
        'The certificate vouches for {address} and not for the name shown, "{shown}" '
        "(subject: {signer}).",
        _ASK_SENDER,
    ),
    "lookalike": Row(
        "identity",
        _UNKNOWN,
        "LOOKALIKE_ADDRESS",
        "发件人地址 {address} 含有形似其他字母的字符，可能冒充别的地址。",
        "The address {address} holds letters that look like others; it may pass for another one.",
        _ASK_SENDER,
    ),
    "sent_by": Row(
        "identity",
        _UNKNOWN,
        "SENDER_DIFFERS",
        "{field} 是 {other}，与发件人 {address} 不同。",
        "{field} is {other}, which is not the sender {address}.",
        _ASK_SENDER,
    ),
    "header_changed": Row(
        "identity",
        _FAILED,
        "HEADER_CHANGED",
        "签名内的 {field} 是“{inner}”，读者看到的却是“{outer}”。",
        'The signed {field} is "{inner}", while a reader is shown "{outer}".',
        _ORIGINAL,
    ),
    # time: the signer's own word
    "signed_at": Row(
        "time",
        _PASSED,
        None,
        "签署人自称签于 {time}，与邮件日期相符。",
        "The signer says that it was signed at {time}; the date of the mail agrees.",
    ),
    "no_time": Row(
        "time",
        _NEUTRAL,
        None,
        "签名没有写明签署时间。",
        "The signature does not say when it was made.",
    ),
    "other_day": Row(
        "time",
        _UNKNOWN,
        "TIME_CONTRADICTION",
        "签名签于 {time}，邮件日期却是 {date}：可能是把旧的签名内容重新发送。",
        "It was signed at {time}, while the mail is dated {date}: old signed text may have been "
        "sent again.",
        _ASK_SENDER,
    ),
    "future": Row(
        "time",
        _UNKNOWN,
        "TIME_CONTRADICTION",
        "签名自称签于 {time}，晚于检查的时间。",
        "The signature says that it was made at {time}, later than this examination.",
        _ASK_SENDER,
    ),
}


def judge(case: str, evidence: tuple[Evidence, ...] = (), /, **facts: object) -> Judgement:
    """Answer one question by the row `case`; `facts` fill the gaps of its sentences."""
    return answer(ROWS[case], evidence, facts)
