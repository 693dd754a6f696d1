"""What a letter decides: a refusal outweighs a condition, and that an approval.

What decides are sentences. A word of approval is one only where it stands as one: `standing`.
"""

from __future__ import annotations

import re
from bisect import bisect
from typing import TYPE_CHECKING, Literal

from verification.choices import chosen
from verification.letters.standing import stands
from verification.quotes.amounts import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verification.printed import Cell, Row

Decision = Literal["approves", "refuses", "conditional", "none"]

#: Words of approval where the requirement names none.
_APPROVES = (
    *("同意", "批准", "准予", "核准", "审批通过", "审核通过", "予以通过"),
    *("approve", "approval", "agree", "authorise", "authorize", "consent"),
)
_REFUSES = re.compile(
    r"不(?:予|能|得|再|便|宜|作|给予|应|可|考虑)?\s*(?:同意|批准|准予|核准|照准|通过|予以|采纳|"
    r"接受|立项)|"
    r"未(?:予|能|获|经|被)?\s*(?:同意|批准|核准|通过)|恕(?:难|不能?)(?:予以)?\s*(?:同意|批准|从命)|"
    r"(?:同意|批准)(?:无法|不能|难以)|谢绝|婉拒|决定[^,。;]{0,4}(?:终止|中止|取消|放弃|"
    r"搁置)[^,。;]{0,4}[该本此](?:项目|方案|计划|采购)|"
    r"(?:暂|暂时|暂且|尚|尚且|暫|暫時)(?:不|未|缓|緩)|暂缓|缓办|拒绝|拒絕|驳回|駁回|否决|否決|退回|"
    r"(?:无法|無法|难以|難以|歉难|歉難|碍难|礙難|未便)(?:予以)?\s*(?:同意|批准|核准|通过|照准)|"
    r"\b(?:(?<!I am )(?<!we are )not|never|cannot|\w+n['’]t|unable to|(?:am|"
    r"are) not(?! authori))\s+(?:yet\s+|been\s+|be\s+|"
    r"currently\s+|hereby\s+|able\s+to\s+|in\s+a\s+position\s+to\s+|(?:give|grant|confirm|have)\s+|"
    r"(?:our|my|its)\s+)*"
    r"(?:approv|agree|authori[sz]|consent|accept|grant)\w*|"
    r"\bapproval\b[^.;]{0,20}\b(?:not|cannot)\b[^.;]{0,12}\b(?:granted|given)|\bturn(?:ed|"
    r"ing)?\s+(?:\w+\s+){0,4}down\b|"
    r"\bdecided\s+(?:against|not\s+to\s+(?:proceed|approve|go|buy|purchase|accept|continue))|"
    r"\bwe\s+(?:will|shall|do|are)\s+not\s+(?:be\s+)?(?:go(?:ing)?\s+ahead|"
    r"proceed\w*)(?!\s+(?:without|until|unless|before|if))|"
    r"\b(?:reject|declin|refus|den(?:y|ied)|disapprov|withh[eo]ld)\w*|\bdisagree",
    re.IGNORECASE,
)
_CONDITIONAL = re.compile(
    r"(?:在|如|若|待|经).{0,24}(?:后|前提下|情况下).{0,6}(?:方可|再行?|才|予以)|前提(?:是|为)|"
    r"有条件|附条件|"
    r"原则(?:上)?同意|前提条件|(?:条件|前提)下|(?:拟|基本|初步|大体|暂时|有保留地?|倾向于?|仅|"
    r"只)同意|"
    r"待[^,。;]{0,16}(?:批准|审批|审议|审定|同意|落实|获批|到位)|(?<![所上呈申])报(?![送来价的告])[^,。;]{0,12}(?:审定|审批|批准|"
    r"核准)|"
    r"(?:如果|倘若|假如|只要|除非)[^。;]{0,30}(?:同意|批准)|[如若][^,。;]{0,4}(?:降|获|"
    r"能)[^。;]{0,20}(?:同意|批准)|"
    r"但[^。;]{0,12}(?:暂停|延后|推迟|须|需|必须|前提)|"
    r"subject to|on condition|conditional(?:ly)?|pending|in principle|"
    r"provided\s+(?:that|the|you|your|it|they|we)\b|contingent|assuming|(?:as|so) long as|unless|"
    r"only (?:if|when|approv)|approv\w* only|\bwould\b[^.]{0,20}(?:approv|agree|consent|authori)|"
    r"approv[^.]{0,60}\bif\b|once .{3,60} (?:is|are|has|have)|\bon the condition|\bproviso\b|"
    r"\bdeemed\b|\bdepend\w*|"
    r"\bwith\s+(?:\w+\s+){0,2}(?:conditions?|reservations?)\b|\bin part\b(?!\s*\d)|"
    r"\b(?:partial|tentative|provisional|conditional|preliminari|verbal)(?:ly)?\b|\bpart(?:ly|"
    r"ial)\b|"
    r"(?:^|[,。;:])\s*(?:如果?|若|倘若?|假如|假若|一旦|只要|除非)(?!有[^,。;]{0,4}(?:问题|疑问|"
    r"不明)|[下上期数约实何同]|兰)[^。;]{2,40}(?:同意|批准)|"
    r"(?:暂|部分|口头|勉强)(?:地|予|予以)?(?:同意|批准|核准)|(?:同意|批准)(?:其中)?部分|限于|"
    r"视为(?:同意|批准)|另[议定]|再议|"
    r"另行(?:审批|审议|批准|议定|研究|决定)|自(?![^,。;]{0,10}(?:签|盖章|发文|出具|印发|即日|发布|"
    r"今日|本[函日]))[^,。;]{2,20}起(?:方|才)?生效|"
    r"(?<!盖章)(?<!签字)(?<!签署)后(?:方|才)?生效|以[^,。;]{0,16}(?:批|审|通过|同意|"
    r"决定)[^,。;]{0,6}为准|"
    r"(?:惟|唯|不过|然而|只是)[^。;]{0,16}(?:须|需|必须|应|前提|降|先)|"
    r"[,;]\s*[另还尚仍]?[需须](?:先|补充|降|提供|完成|经|报|提交|重新|通过)",
    re.IGNORECASE,
)
#: Somebody else's answer is still to come.
_OUTSTANDING = re.compile(
    r"\byet to (?:be )?(?:approv|agree|decid|consent)|"
    r"\b(?:approval|consent)\b[^.;]{0,40}\b(?:outstanding|missing|awaited|pending)\b|"
    r"(?:批准|审批|同意|意见|决定)[^,。;]{0,6}(?:待定|未定)|"
    r"[尚仍](?:需|须|待)[^,。;]{0,16}(?:批准|审批|同意|审议)",
    re.IGNORECASE,
)
#: Behind an approval: what it waits for, or what it leaves out.
_AFTERWARDS = re.compile(
    r"\bupon\s+(?:the\s+)?(?:receipt|completion|approval|sign|delivery|payment)|\bbut only\b|"
    r"\b(?:when|as soon as)\b[^.;]{3,40}\b(?:becomes?|is|are|has|have)\b|\buntil\b|\bhowever\b|"
    r"\blimited to\b|"
    r"\bafter\s+(?:the\s+)?(?:board|legal|sign|funds?|budget|payment|receipt|completion|delivery|"
    r"final)|"
    r"\bexcept\b|\bsave for\b|\bwith the exception\b|\bexcluding\s+(?!vat|tax|gst)",
    re.IGNORECASE,
)
#: A request that a letter answers, and a way of speaking: neither asks for anything.
_ANSWERED = re.compile(
    r"关于[^,。;]{0,40}(?:来函|申请|请示|报告|请求)[^,。;]{0,6}(?:收悉|收到|已阅)|"
    r"\byour (?:letter|application|request)[^,.;]{0,30}\bfor (?:our |the )?(?:approval|consent)|"
    r"\bplease (?:be (?:informed|advised)|note|accept|(?:consider|take|treat) (?=this letter))\b",
    re.IGNORECASE,
)
#: Words between quotation marks are somebody else's, but for a single answer.
_QUOTED = re.compile('[“「『][^”」』]{9,}[”」』]|"[^"]{9,}"')
#: A sentence about another's decision, or about one to come, decides nothing.
_NOT_DECIDING = re.compile(
    r"申请(?:同意|批准)|请(?:予以?)?(?:批准|审批|同意|核准|批示)|(?:恳|敬|特|提)请|报请|是否|能否|"
    r"待批|待审批|"
    r"\b(?:request(?:ing|s|ed)?|ask(?:ing|s|ed)?|seek(?:ing|s)?|apply|applying|whether|please|"
    r"if)\b[^.]{0,60}"
    r"(?:approv|consent|authori[sz]|agree)",
    re.IGNORECASE,
)
#: Beside these a word of approval approves no project: of an end, of nothing, of another's.
_TURNED = re.compile(
    r"[没沒](?!有?(?:任何|其他|其它)?(?:异议|意见|保留|条件|问题))|从未|從未|并未|并非|不可能|"
    r"无人|反对|不批|"
    r"未(?:作|做)?(?:出)?决定|(?:推迟|延期|延后|暂停|中止|终止|取消|搁置|撤回|撤销|收回|放弃|作废|"
    r"退款|退货|解除|拒收|更换|改用)|"
    r"(?:其他|其它|另一家?|别的)(?:供应商|项目|方案)|竞争对手|不采购|不实施|"
    r"(?:同意|批准|approved?)\s*[::]\s*(?:否|无|不|no\b)|(?:批准|同意)(?:之)?前|"
    r"(?:此前|先前|曾经?)(?:已经?)?(?:获得?|经|被|予以)?(?:同意|批准)|\bvoid\b|"
    r"\b(?:far from|anything but)\b|"
    # What others say of an approval, and what is said to be false.
    r"与(?:事实|实际)不符|不(?:属)?实(?![施际])|有误|误(?:解|传|会)|(?:贵|你)(?:公?司|方|单位)称|"
    r"据[^,。;]{1,16}(?:转述|反映|所称|所说|透露)|"
    r"\b(?:not (?:correct|true|accurate|the case)|incorrect|untrue|mistak\w*|misunderst\w*)\b|"
    r"\b(?:representative|sales\w*|supplier|vendor|seller|you|press|media|rumou?r)\b[^.;]{0,16}"
    r"\b(?:wrote|says?|said|claim(?:s|ed)?|state[sd]?|announce[sd]?|report(?:s|ed)?|believe[sd]?|"
    r"assume[sd]?)\b|"
    r"\b(?:no longer|nobody|no one|nothing|neither|hardly|barely|never|lapsed|expired)\b|"
    r"\bwithout\b(?!\s+(?:any\s+|further\s+)*(?:reserv|condition|change|delay|objection|ado|amend|"
    r"exception|qualif|"
    r"modif|restrict|limit|hesit))|"
    r"\bfail(?:ed|s)? to\b|"
    r"\bnot (?:wish|want|intend|plan|propose)\b|"
    r"\b(?:delay|cancel|postpon|revo[kc]|rescind|withdr[ae]w|terminat|suspen[ds]|abandon)\w*",
    re.IGNORECASE,
)
#: What is to happen should something not be approved or not pass refuses nothing itself.
_SHOULD = re.compile(
    r"(?:如|若|倘|一旦|凡)[^,。]{0,24}$|(?:不|未)(?:予|能|获|经)?\s*(?:批准|核准|通过|"
    r"合格)的[^,。;]{0,10}$|"
    r"\b(?:if|should|unless|in case|where)\b[^,.]{0,60}$",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"^[^,。;]{0,8}(?:的|时|者|则)\s*,|^(?:之|以)?前|^\s*的(?=[\u4e00-\u9fff])|"
    r"^\s*,?\s*[^,。;]{0,6}(?:不得|不能|不可|禁止|严禁)"
)
#: “Invoices not approved by us will be returned” is such a case, “is not approved” none.
_PARTED = re.compile(r"^not\b", re.IGNORECASE)
_THEN_ENGLISH = re.compile(r"^\s+(?:by|in)\b[^.,;]{0,40}\b(?:will|shall|may|must)\b", re.IGNORECASE)
_THINGS = re.compile(r"[a-z]{2,}s\s+$(?<!\bis\s)(?<!\bwas\s)(?<!\bhas\s)(?<!\bdoes\s)")
#: A refusal that is forbidden, or that somebody may give one day, is none.
_MAY = re.compile(
    r"(?:不得|不能|不可|不会|不应|不要|切勿|勿|禁止|无权|有权|可以?|不会再)\s*$|"
    r"\b(?:not|never|may|might|can|cannot|right to|entitled to)\s+(?:be\s+)?(?:unreasonably\s+)?$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"拒绝|拒絕|驳回|駁回|否决|否決|退回|reject|declin|refus|den|disapp|withh", re.IGNORECASE
)
_NONE_OF = re.compile(r"^\s+no\b", re.IGNORECASE)
_VOID = re.compile(r"(?:不|未)生效|无效|作废|\b(?:void|no effect|lapses?)\b", re.IGNORECASE)
#: What a letter is called decides nothing.
_NAMED_SO = re.compile(
    r"(?:批准|同意|核准|审批|认可|确认)(?:函|书|件|单|文件|意见|表|记录)|"
    r"approval (?:letter|form|note)",
    re.IGNORECASE,
)


def decide(rows: Sequence[Row], words: tuple[str, ...]) -> tuple[Decision, Cell | None]:
    """Weigh every sentence, and say where the one stands that decides; no words: any approval."""
    found: dict[Decision, Cell] = {}
    wanted = "|".join(_word(word) for word in words or _APPROVES if word.strip())
    approving = re.compile(wanted, re.IGNORECASE)
    sentences, starts = _sentences(rows)
    for sentence, begins in sentences:
        for kind, place in _weigh(sentence, approving):
            found.setdefault(kind, rows[bisect(starts, begins + place) - 1].cells[0])
    order: tuple[Decision, ...] = ("refuses", "conditional", "approves")
    return next(((kind, found[kind]) for kind in order if kind in found), ("none", None))


def _sentences(rows: Sequence[Row]) -> tuple[list[tuple[str, int]], list[int]]:
    """Give sentences with where each begins, and where each row does; a line's end ends none."""
    text = ""
    starts: list[int] = []
    for row in chosen(fold(row.text) for row in rows):
        starts.append(len(text))
        folded = _NAMED_SO.sub("", " ".join(row.split()))
        text += folded if re.search(r"[\u4e00-\u9fff]$", folded) else folded + " "
    text = _QUOTED.sub(lambda one: "…" * len(one[0]), text)
    found = re.finditer(r"[^。!?！？;；]+?(?:[。!?！？;；]|\.(?=\s|$)|$)", text)
    sentences = [
        (one[0].strip(), one.start() + len(one[0]) - len(one[0].lstrip())) for one in found
    ]
    return sentences, starts


def _word(word: str) -> str:
    folded = re.escape(fold(word))
    return rf"\b{folded}\w{{0,3}}\b" if word.isascii() else folded


def _weigh(sentence: str, approving: re.Pattern[str]) -> Iterator[tuple[Decision, int]]:
    """Say what a sentence decides, and at which letter of it."""
    refusals = [one for one in _REFUSES.finditer(sentence) if not _is_none(sentence, one)]
    if refusals and all(_is_contingent(sentence, one) for one in refusals):
        if void := _VOID.search(sentence):
            yield "conditional", void.start()
        return
    bare = _ANSWERED.sub(lambda one: "…" * len(one[0]), sentence)
    if refusals:
        if not _NOT_DECIDING.search(bare):
            yield "refuses", refusals[0].start()
        return
    yield from _approval(bare, approving)


def _approval(sentence: str, approving: re.Pattern[str]) -> Iterator[tuple[Decision, int]]:
    """Say whether a sentence that refuses nothing approves, and on which condition."""
    if outstanding := _OUTSTANDING.search(sentence):
        yield "conditional", outstanding.start()
    if _NOT_DECIDING.search(sentence) or _TURNED.search(sentence):
        return
    approval = next((one for one in approving.finditer(sentence) if stands(sentence, one)), None)
    condition = _CONDITIONAL.search(sentence) if approving.search(sentence) else None
    if condition is None and approval is not None:
        condition = _AFTERWARDS.search(sentence, approval.end())
    if condition is not None:
        yield "conditional", condition.start()
    elif approval is not None:
        yield "approves", approval.start()


def _is_none(sentence: str, refusal: re.Match[str]) -> bool:
    """Tell a refusal that nobody may give, or gives: “may be rejected”, “refuse no change”."""
    before, after = sentence[: refusal.start()], sentence[refusal.end() :]
    verb = _VERB.match(refusal[0])
    return verb is not None and bool(_MAY.search(before) or _NONE_OF.search(after))


def _is_contingent(sentence: str, refusal: re.Match[str]) -> bool:
    """Tell a case that is provided for from a refusal."""
    before, after = sentence[: refusal.start()], sentence[refusal.end() :]
    if _PARTED.search(refusal[0]) and _THEN_ENGLISH.search(after) and _THINGS.search(before):
        return True
    return bool(_SHOULD.search(before) or _THEN.search(after))
