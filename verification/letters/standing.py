"""Whether a word of approval stands as one: somebody has approved, and what is approved is a plan.

It does not where it is a noun, lies in the future, is another's to say, or is of more talk only.
Both are looked at: what stands before the word in its clause, and what it goes on with.
"""

from __future__ import annotations

import re

#: Where a clause begins.
_BREAK = re.compile(r"[,.](?!\d)|[;:!?。、●○◉■□☑☒☐√()\[\]/|]|\s-\s")

#: Words that hold a letter of `_NOT_YET`, and say nothing of what is to come.
_HARMLESS = re.compile(
    r"董事会|股东会|办公会|委员会|理事会|监事会|评审会|工会|协会|学会|会议|会签|会同|供应|应用|"
    r"响应|相应|适应|"
    r"对应|需求|必需|所需|报价|报告|报表|海报|所报|[上呈申]报的|报来的?|报送的?|(?:所|贵司|"
    r"你司)提交|提交的|申请|请示|"
    r"邀请|聘请|如[下上期实数约]|等级|等保|平等|自由|理由|由来|未来|不(?:锈钢|间断|动产|变|少于|"
    r"超过|低于|高于|另)|"
    r"(?:没有?|无)(?:任何)?(?:其他|其它)?(?:异议|意见|保留|条件|问题)|无[锡线尘纸]|非[标晶常]|"
    r"疑?难[点题]|再[生造]|高尚|时尚|"
    r"待遇|接待|招待|拟[定建]|模拟|虚拟|认可|许可|可[研视靠编]|负责人|授权(?:书|代表)|特此|谨此|"
    r"就此|据此|现此"
)
#: Before the word: it lies ahead, is somebody else's, is asked for, or is a noun.
_NOT_YET = re.compile(
    r"[将拟会应须需待恳报或恕不未尚]|再行|等[候待]|(?:^|[仍正还在])等|[希期盼可有]望|望贵|请|要求(?:贵|"
    r"我|公司|董事|总|领导|其)|"
    r"^\s*(?:如|若|倘|假)|一旦|(?:^|[司方们院校局])计划(?!书)|计划[于在明下]|预计|可能|可(?:以|于|"
    r"在)?$|必须|"
    r"正在|(?<!经)(?<!慎重)(?<!认真)(?<!综合)考虑|"
    r"建议(?:贵|我|公司|董事|总|领导|其|$)|负责|授权|委托|提交|即使|尽管|虽|无(?:法|人|权|意|须)|"
    r"难以?$|没有?|"
    r"(?:贵|你)(?:公?司|方|单位|部|院|校)(?:已经?)?$|供应商$|据悉|距|据了解|获悉|听说|口头|争取|"
    r"代为|由(?!.*(?:已|业))|(?<!是)的\s*$|[本该原](?:次|项)?$|(?<!特)此$|对于?$"
)
#: Behind it: a noun of which it is a part, a time, or an answer that is not given.
_PART_OF = re.compile(
    r"^\s*(?:之?[后前]|人|文?号|日期|条件|机关|部门|单位|与否|的(?!\s*(?:[,。;]|$))|权|流程|手续|程序|期限|时间|无法|不能|难以|过期|"
    r"失效|到期|"
    r"另一|其他|别的|或(?:不|驳|拒|否)|[/／])"
)
#: Behind it: more talk, and no plan.
_TALK = re.compile(
    r"^(?:我们|双方|与|就)?(?:再|另行|另外|进一步|继续|重新|[下本]周|下个?月|改日|择日|日后|以后)|"
    r"[列纳]入[^,。;]{0,12}(?:议程|议题|会议|评审)|"
    r"进一步|重新(?:论证|评估|报价)|"
    r"^(?:与|和|就|对|同)[^,。;]{1,16}(?:谈|议|讨论|研究|论证|沟通|考虑|磋商)\s*$|再[看说]|看法|观点|会谈|商谈|洽谈|"
    r"会面|见面|开会|参加|"
    r"召开|撤[标回]|延期|顺延|展期|补充材料|归还|违约金|赔偿|备选|候选|入围|上报|转报|呈报|"
    r"提交[^,。;]{0,8}(?:审|会)|草案|初稿|陈述|投标|派人|^(?:收到|考虑|讨论|商议|商讨|沟通|交流|磋商|评估|答复|回复)"
)
#: What the addressee is let do, where it is the plan; whatever else it may do is a favour.
_THEIRS = re.compile(
    r"^了?(?:由|与|和)?[贵你](?:公?司|方|单位|们|公司)(?!承[建担接揽]|实施|开展|进场|启动|开始|按|提供(?!.*免费)|"
    r"[为在]|关于|所|签|部署|施工|供货|中标|就|《|\d|[^,。;]{0,12}(?:方案|报价|报送|申请|计划|建议|项目|投标|设计|"
    r"预算|要求|条款|合同|提出|方式|工作|系统|设备|平台|产品|服务$))"
)

_ADVERBS = (
    r"(?:(?:hereby|herewith|now|today|also|therefore|thus|then|duly|already|thereby|both|"
    r"(?!tentative|provisional|conditional|partial|part|near|hard|bare|probab|possib|like|verbal|"
    r"oral|previous|former|"
    r"initial|original|informal|temporar|preliminar|usual|on)[a-z]+ly|and|since)\s+)*"
)
#: Right before an English word: it lies ahead, or was said by nobody.
_AHEAD = re.compile(
    rf"(?:\b(?:will|shall|(?-i:may)|might|could|would|should|must|can|cannot|ought to|need|needs|"
    rf"did|does|not|never|before|after|"
    rf"for|or|without|yet to|"
    rf"(?<!pleased )(?<!happy )(?<!glad )(?<!delighted )(?<!decided )(?<!resolved )(?<!voted )"
    rf"(?<!pleasure )(?<!voted unanimously )to)|"
    rf"(?:'|’)ll|n['’]t)\s+{_ADVERBS}(?:have\s+)?(?:be\s+|been\s+|being\s+|get\s+)?{_ADVERBS}$|"
    r"^\s*should\b|\byou\s+$|\b(?:supplier|vendor|seller)\s+$|"
    r"\b(?:all|any|such) \w+s (?:are|were)\s+$|\b\w+s (?:above|over|beyond)\b[^;]*\bare\s+$|"
    r"\bhad (?:we|they|it|he|she|the \w+|been)\b|"
    r"\b(?:hopes?|expects?|wish(?:es)?|wants?|recommends?|suggests?|proposes?|inclined|"
    r"considering|once|when|until|"
    r"assumes?|confident|understands?|believes?|said|says|told|hears?|heard|reportedly|nearly|"
    r"almost|alone|previous|earlier|whether|although|though|even if)\b[^.;]*$|"
    r"\b(?:tentative|provisional|conditional|partial|part|previous|former|initial|original|"
    r"informal|temporari)ly\s+$",
    re.IGNORECASE,
)
#: An approval of what this letter is not about.
_OF_BEFORE = re.compile(
    r"\b(?:previous|earlier|former|old|last) (?:\w+ ){0,2}?(?:version|revision|draft|edition)\b",
    re.IGNORECASE,
)
_NOUN_BEFORE = re.compile(
    r"(?:\b(?:the|our|your|their|its|his|her|my|any|a|of|prior|written|this|that|board)|['’]s)\s+$",
    re.IGNORECASE,
)
_GIVEN_BEFORE = re.compile(
    r"\b(?:give|gives|gave|given|grant|grants|granted|confirm|confirms|you have|"
    r"letter (?:is|as)|this (?:is|letter))\s+(?:you\s+)?(?:(?:our|my|its|their|the|"
    r"full|formal|written|"
    r"unreserved|unconditional)\s+)*$",
    re.IGNORECASE,
)
_GIVEN_BEHIND = re.compile(
    rf"^[^.;]{{0,40}}\b(?:is|are|was|were|has been|have been)\s+{_ADVERBS}(?:granted|given)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"^\s*(?:another|a different|other|the other|neither|none|or\b|of\b|parts? of|some of|"
    r"in part\b|by\s*:|(?:\w+ ){0,3}(?:minutes|agenda|date|extension|deadline|competitor|draft|"
    r"invoice|meeting|visit|call|request (?:to|for (?:more|an? ext|time)))\b)",
    re.IGNORECASE,
)
#: “Approved vendors”, “an approved budget”: the word is part of a name.
_ADJECTIVE = re.compile(r"(?:^|\b(?:an?|the|any|no|of|all|other|only))\s*$", re.IGNORECASE)
_NAMES = re.compile(
    r"^\s+(?!(?:by|on|as|and|in|with|without|for|to|at|the|this|your|our|it|under|today|subject|"
    r"pending|upon|after)\b)[a-z]"
)
#: What people do with a plan, once they may.
_DOING = (
    r"(?:begin|start|commence|proceed|go ahead|implement|purchas\w*|buy|procur\w*|order|instal\w*|"
    r"deploy|launch|carry|"
    r"execute|deliver|adopt|roll|engage|build|sign|undertake|pursue|introduce|fund|finance|us(?:e|"
    r"ing))"
)
_THING = r"(?:the|your|this|these|it|our|its|all|both|said|each|every)\b"
_NO_PLAN = (
    r"(?!\s*\w*\s*(?:concern|view|comment|assessment|remark|critic|doubt|objection|reservation|"
    r"analysis|meeting|process|use of|newsletter))"
)
_END = (
    r"^\s*(?:$|[.,;:!)\]]|as\s+(?:submitted|proposed|presented|offered)|by\b|on\s+\d|"
    r"unanimously|and\b)"
)
#: What a word that is said of many things must go on with.
_GOES_ON = {
    "agree": re.compile(
        rf"{_END}|^\s+(?:to|with|on|upon)\s+{_THING}{_NO_PLAN}|^\s+to\s+{_DOING}|"
        rf"^\s+that\s+{_THING}[^.;]*\b(?:may|can|shall|should|will|is to)\s+(?:be\s+)?{_DOING}",
        re.IGNORECASE,
    ),
    "authori": re.compile(
        rf"{_END}|^\s+{_THING}(?![^.;]*\bto\b)|^(?:\s+\S+){{0,4}}?\s+to\s+{_DOING}", re.IGNORECASE
    ),
    "consent": re.compile(rf"{_END}|^\s+to\s+{_THING}{_NO_PLAN}|^\s+to\s+{_DOING}", re.IGNORECASE),
}


def stands(sentence: str, word: re.Match[str]) -> bool:
    """Tell whether a word of approval, found in a sentence, approves something there."""
    behind = sentence[word.end() :]
    before = sentence[: word.start()]
    opens = max((one.end() for one in _BREAK.finditer(before)), default=0)
    if word[0].isascii():
        return _stands_in_english(before[opens:], word[0].lower(), behind)
    clause = _HARMLESS.sub("", before[opens:])
    until = _BREAK.search(behind)
    rest = behind[: until.start()] if until else behind
    return not (
        _NOT_YET.search(clause)
        or _PART_OF.search(behind)
        or _TALK.search(rest)
        or _THEIRS.search(rest)
    )


def _stands_in_english(before: str, word: str, behind: str) -> bool:
    if word in {"approval", "consent", "authorisation", "authorization"}:
        if (given := _GIVEN_BEFORE.search(before)) is not None:
            # Who will give it, may give it, or has yet to, has not given it.
            return not _AHEAD.search(before[: given.start()])
        if _GIVEN_BEHIND.search(behind) and not _OF_BEFORE.search(behind):
            return True
        if word != "consent" or _NOUN_BEFORE.search(before):
            return False
    if _AHEAD.search(before) or _OTHERS.search(behind) or _OF_BEFORE.search(before):
        return False
    if word == "approved" and _ADJECTIVE.search(before) and _NAMES.search(behind):
        return False
    goes_on = next((form for stem, form in _GOES_ON.items() if word.startswith(stem)), None)
    return goes_on is None or goes_on.search(behind) is not None
