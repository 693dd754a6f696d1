"""Names that are never learnt from: who sold, whom the law protects, what was written afterwards.

A name is refused on sight, in the contract and in the file; there is no switch to allow it.
"""

from __future__ import annotations

import re
import unicodedata

from models.text import Text

_OWNER = Text(
    zh="销售人员的身份：会让优秀的人得到更低的难度",
    en="who sells: good sellers would be given easier leads on paper",
)
_PROTECTED = Text(zh="受保护的个人特征", en="a protected attribute of a person")
_AFTERWARDS = Text(
    zh="分配之后才写入的字段：会泄露结果",
    en="written after assignment: it gives away the outcome",
)
_EFFORT = Text(
    zh="自报的投入：只能作为来源证据，不能作为难度",
    en="effort that people log: evidence of the origin at most, never of difficulty",
)
#: Words in a row, anywhere in a name.
_PHRASES = {
    _OWNER: "owner|sales rep|salesrep|rep id|rep name|seller|salesperson|sales person|sales agent"
    "|account manager|account executive|assigned to|负责人|归属人|业务员|销售员|客户经理|跟进人",
    _PROTECTED: "gender|sex|marital|married|ethnicity|ethnic|race|religion|nationality|birth date"
    "|date of birth|birthday|disability|pregnant|hukou|性别|年龄|婚姻|民族|户籍|籍贯|宗教|出生日期",
    _AFTERWARDS: "last activity|last notable activity|tags|lead quality|lead profile|lead stage"
    "|close date|closed date|close reason|lost reason|win reason|stage duration|days in stage"
    "|time in stage|call duration|duration|manager notes|notes|remarks|outcome|result|won amount"
    "|contract date|signed date|最近活动|标签|线索质量|成交日期|赢单原因|丢单原因|输单原因|阶段时长"
    "|通话时长|备注|结果|签约日期",
    _EFFORT: "effort|logged hours|hours spent|number of calls|calls made|visits made"
    "|投入工时|拜访次数",
}
#: Only as the whole name: inside others they mean something else (page, lead age).
_WHOLE = {_PROTECTED: {"age", "age band", "age group", "customer age", "contact age", "kids count"}}
#: These contain a phrase and mean something else.
_INNOCENT = {"race track", "contract duration", "list price notes", "test result", "owner occupied"}


def why_forbidden(name: str) -> Text | None:
    """Say why nothing of this name is learnt from; None where nothing speaks against it."""
    words = _words(name)
    if words in _INNOCENT:
        return None
    for why, whole in _WHOLE.items():
        if words in whole:
            return why
    for why, phrases in _PHRASES.items():
        for phrase in phrases.split("|"):
            found = phrase in words if not phrase.isascii() else f" {phrase} " in f" {words} "
            if found:
                return why
    return None


def _words(name: str) -> str:
    """Give the name in lower case with single spaces; camelCase and full width undone."""
    plain = unicodedata.normalize("NFKC", name)
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", plain)
    return " ".join(re.findall(r"\w+", split.lower().replace("_", " ")))
