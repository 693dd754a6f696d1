"""What refuses in a letter, and what makes an approval wait: patterns, for a reason to be told.

None of them keeps a letter from passing that is not understood: that is `chinese` and `english`.
"""

from __future__ import annotations

import re

_REFUSES = re.compile(
    r"不(?:予|能|得|再|便|宜|作|给予|应|可|考虑)?\s*(?:同意|批准|准予|核准|照准|通过|予以|采纳|"
    r"接受|立项)|"
    r"未(?:予|能|获|经|被)?\s*(?:同意|批准|核准|通过)|恕(?:难|不能?)(?:予以)?\s*(?:同意|批准|"
    r"从命)|"
    r"(?:同意|批准)(?:无法|不能|难以)|谢绝|婉拒|决定[^,。;]{0,4}(?:终止|中止|取消|放弃|"
    r"搁置)[^,。;]{0,4}[该本此](?:项目|方案|计划|采购)|"
    r"(?:暂|暂时|暂且|尚|尚且|暫|暫時)(?:不|未|缓|緩)|暂缓|缓办|拒绝|拒絕|驳回|駁回|否决|否決|"
    r"退回|"
    r"(?:无法|無法|难以|難以|歉难|歉難|碍难|礙難|未便)(?:予以)?\s*(?:同意|批准|核准|通过|照准)|"
    r"\b(?:(?<!I am )(?<!we are )not|never|cannot|\w+n['’]t|unable to|(?:am|"
    r"are) not(?! authori))\s+(?:yet\s+|been\s+|be\s+|"
    r"currently\s+|hereby\s+|able\s+to\s+|in\s+a\s+position\s+to\s+|(?:give|grant|confirm|"
    r"have)\s+|"
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
    r"原则(?:上)?同意(?!的)|前提条件|(?:条件|前提)下|(?:拟|基本|初步|大体|暂时|有保留地?|"
    r"倾向于?|仅|"
    r"只)同意|"
    r"待[^,。;]{0,16}(?:批准|审批|审议|审定|同意|落实|获批|到位)|"
    r"(?<![所上呈申并已])报(?![送来价的告])[^,。;]{0,12}(?:审定|审批|批准|"
    r"核准)|"
    r"(?:如果|倘若|假如|只要|除非)[^。;]{0,30}(?:同意|批准)|[如若][^,。;]{0,4}(?:降|获|"
    r"能)[^。;]{0,20}(?:同意|批准)|"
    r"但[^。;]{0,12}(?:暂停|延后|推迟|须|需|必须|前提)|"
    r"subject to|on condition|\bconditional(?:ly)?|pending|in principle|"
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
    r"另行(?:审批|审议|批准|议定|研究|决定)|自(?![^,。;]{0,10}(?:签|盖章|发文|出具|印发|即日|"
    r"发布|"
    r"今日|本[函日]))[^,。;]{2,20}起(?:方|才)?生效|"
    r"(?<!盖章)(?<!签字)(?<!签署)后(?:方|才)?生效|以[^,。;]{0,16}(?:批|审|通过|同意|"
    r"决定)[^,。;]{0,6}为准|"
    r"(?:惟|唯|不过|然而|只是)[^。;]{0,16}(?:须|需|必须|应|前提|降|先)|"
    r"[,;]\s*[另还尚仍]?[需须](?:先|补充|降|提供|完成|经|报|提交|重新|通过)",
    re.IGNORECASE,
)
#: A sentence about another's decision, or about one to come, decides nothing.
_NOT_DECIDING = re.compile(
    r"申请(?:同意|批准)|请(?:予以?)?(?:批准|审批|同意|核准|批示)|(?:恳|敬|特|提)请|报请|是否|"
    r"能否|"
    r"待批|待审批|"
    r"\b(?:request(?:ing|s|ed)?|ask(?:ing|s|ed)?|seek(?:ing|s)?|apply|applying|whether|please|"
    r"if)\b[^.]{0,60}"
    r"(?:approv|consent|authori[sz]|agree)",
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
    r"\b(?:not|never|may|might|can|cannot|right to|entitled "
    r"to)\s+(?:be\s+)?(?:unreasonably\s+)?$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"拒绝|拒絕|驳回|駁回|否决|否決|退回|reject|declin|refus|den|disapp|withh", re.IGNORECASE
)
#: “It is not that we disapprove”.
_DENIED = re.compile(
    r"(?:不是|并非|并不是|不等于)(?:我们?|我[司方])?$|\bnot (?:that|because) (?:we|"
    r"i) (?:do )?$",
    re.IGNORECASE,
)
_NONE_OF = re.compile(r"^\s+no\b", re.IGNORECASE)
_VOID = re.compile(r"(?:不|未)生效|无效|作废|\b(?:void|no effect|lapses?)\b", re.IGNORECASE)


def refuses(sentence: str) -> re.Match[str] | None:
    """Find what refuses in a sentence, but for what may be refused, or is asked about."""
    found = refusals(sentence)
    if not found or is_provided_for(sentence) or _NOT_DECIDING.search(sentence):
        return None
    return found[0]


def refusals(sentence: str) -> list[re.Match[str]]:
    return [one for one in _REFUSES.finditer(sentence) if not _is_none(sentence, one)]


def is_provided_for(sentence: str) -> bool:
    """Tell a case that is provided for from a refusal: “what fails the test is sent back”."""
    found = refusals(sentence)
    return bool(found) and all(_is_contingent(sentence, one) for one in found)


def condition(sentence: str) -> re.Match[str] | None:
    return _CONDITIONAL.search(sentence)


def voids(sentence: str) -> re.Match[str] | None:
    return _VOID.search(sentence)


def _is_none(sentence: str, refusal: re.Match[str]) -> bool:
    """Tell a refusal that nobody may give, or gives: “may be rejected”, “refuse no change”."""
    before, after = sentence[: refusal.start()], sentence[refusal.end() :]
    if _DENIED.search(before):
        return True
    verb = _VERB.match(refusal[0])
    return verb is not None and bool(_MAY.search(before) or _NONE_OF.search(after))


def _is_contingent(sentence: str, refusal: re.Match[str]) -> bool:
    """Tell a case that is provided for from a refusal."""
    before, after = sentence[: refusal.start()], sentence[refusal.end() :]
    if _PARTED.search(refusal[0]) and _THEN_ENGLISH.search(after) and _THINGS.search(before):
        return True
    return bool(_SHOULD.search(before) or _THEN.search(after))
