"""An English clause that approves: behind the word stands nothing that is not understood.

As in `chinese`: a closed vocabulary behind the word, marks before it and beside the clause.
"""

from __future__ import annotations

import re

from verification.letters.english_words import BEFORE, BEHIND

#: What the requirement's project is written as; figures are “0”, and names of others “Name”.
PROJECT = "\ue000"
#: Capitals that stand alone for a name have no more letters.
_ACRONYM = 5
#: Where more of them stand together, somebody shouts.
_ACRONYMS = 2

#: Turns of speech that lead to an approval; what stands there is written as “_”.
_PHRASE = re.compile(
    r"\b(?:(?:(?:am|are|is)\s+)?(?:(?:very|most|truly)\s+)?(?:pleased|happy|glad|delighted|"
    r"proud|excited|thrilled)\s+to"
    r"(?:\s+(?:inform|advise|notify|tell|confirm|announce|report|let\s+you\s+know|"
    r"say)\b(?:\s+to)?"
    r"(?:\s+you)?(?:\s+that)?)?|"
    r"it\s+is\s+(?:my|our|a|with)\s+(?:great\s+)?pleasure\s+(?:to|"
    r"that\s+[iw]e?)(?:\s+(?:inform|confirm|announce|advise)"
    r"(?:\s+you)?(?:\s+that)?)?|(?:(?:i\s+am|we\s+are)\s+)?(?:writing|"
    r"write)\s+to\s+(?:confirm|inform|"
    r"advise|let)(?:\s+you)?(?:\s+know)?(?:\s+that)?|"
    r"(?:i|we)\s+have\s+(?:the\s+)?(?:hono[u]?r|pleasure)\s+(?:to|of|in)(?:\s+(?:inform|"
    r"confirm|advis|inform|announc)(?:e|ing)?(?:\s+you)?(?:\s+that)?)?|"
    r"(?:are|am|is)\s+satisfied\s+(?:with|that)(?:\s+it\s+meets)?|(?:(?:have|"
    r"has)\s+)?(?:unanimously\s+)?(?:resolved|decided|voted|agreed)(?:\s+unanimously)?\s+(?:to|"
    r"that)|"
    r"(?:it\s+)?gives?\s+(?:me|us)\s+(?:great\s+)?pleasure\s+to|"
    r"(?:we|i)\s+(?:hereby\s+)?(?:inform|advise|notify)\s+you(?:\s+that)?|"
    r"(?:am|are)\s+(?:now\s+)?in\s+a\s+position\s+to|can\s+(?:now\s+)?confirm(?:\s+that)?|"
    r"(?:this\s+)?is\s+to\s+(?:certify|confirm|"
    r"inform\s+you|let\s+you\s+know|advise\s+you|notify\s+you)"
    r"(?:\s+that)?|(?:please|kindly)\s+(?:be\s+(?:informed|advised)|note)(?:\s+that)?|"
    r"(?:please\s+)?(?:accept|take|treat|consider|regard)\s+this(?:\s+(?:letter|message|"
    r"e-?mail))?(?:\s+as)?"
    r"(?:\s+confirmation\s+(?:of|that))?|"
    r"be\s+and\s+(?:is\s+)?hereby(?:\s+is)?|you\s+(?:now\s+)?have(?=\s+(?:our|my|the))|"
    r"and\s+to(?=\s*$)|you\s+are(?=\s+(?:hereby\s+|now\s+)?$)|i\s+am|this\s+letter\s+(?:is|"
    r"serves\s+as)|this\s+is)"
    r"(?!\w)",
    re.IGNORECASE,
)
#: What people do with a plan, once they may; whatever else they may do is not it.
_TO_DO = re.compile(
    r"\bto\s+(?!(?:an?|the|this|these|it|its|your|our|my|all|both|each|every|said|be|begin|"
    r"start|commence|proceed|go|"
    r"implement|purchase|buy|procure|order|install|deploy|launch|carry|execute|deliver|adopt|"
    r"roll|engage|build|sign|"
    r"undertake|pursue|continue|invest|introduce|fund|finance|use|moving)\b|[A-ZÀ-Ý\d$€£\ue000])"
)
#: A part of it, and what only asks.
_PART = re.compile(
    r"\b(?:phase|stage|lot|part|package)s?\b[^.;]{0,24}\bof\b|\brequest for an?\b", re.IGNORECASE
)
#: “The plan which the board approved”, “the plan we approved”: a thing, of which more is said.
_THING = re.compile(
    r"\w\s+which\b|\b(?:project|plan|proposal|design|budget|system|order|offer|contract|"
    r"version|solution|scope)s?\s+that\b|"
    r"^\W*(?:the|an?|this|your|our|any|all)\s+\w+(?:\s+\w+)?\s+(?:we|i)\s+(?:have\s+)?$",
    re.IGNORECASE,
)
_NOUNS = frozenset({"approval", "consent", "authorisation", "authorization"})
#: The noun approves where it is given: by words before it, or by words behind.
_GIVEN_BEFORE = re.compile(
    r"(?:\b(?:gives?|gave|given|grant(?:s|ed)?|confirm(?:s|ed)?|received|obtained|has)|_)\s+"
    r"(?:(?:our|my|its|their|his|her|the|full|formal|official|written|unreserved|unconditional|"
    r"final)\s+)*$"
)
_GIVEN_BEHIND = re.compile(
    r"^ (?:granted|given) (?:for|to)\b|"
    r"^[^.;]{0,60}\b(?:is|are|was|has been) (?:hereby |now )?(?:granted|given|confirmed)\b"
)
_WE = re.compile(r"\b(?:we|i|and|hereby|gladly|fully)\s*$")
#: Right before the verb: who approves, or what makes it one; “the plan approved in May” is a thing.
_STANDS = re.compile(
    r"(?:^|\b(?:is|are|was|were|been|be|has|have|we|i|and|which|it|board|boards|directors|"
    r"executives|committee|management|"
    r"team|council|ministry|authority|department|company|group|university|hospital|senate|"
    r"trustees|partners|"
    r"shareholders|members|c[a-z]o|officer|president|chairman|chair|chairwoman|dean|principal|"
    r"secretary|manager|"
    r"director|undersigned|letter|both)|_|"
    r"(?-i:[A-ZÀ-Ý][\w'’&-]*\.?))\s*(?:,\s*)?(?:(?:[a-z]+ly|hereby|herewith|now|today|"
    r"also|therefore|thus|then|already|both|thereby)\s+)*$",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-ZÀ-Ý][\w'’&À-ÿ.-]*")
_TOKEN = re.compile(r"[^\W\d_][\w'’&-]*|\d[\d.,:/]*(?:st|nd|rd|th)?|\S")
_FIGURE = re.compile(r"\d.*|[€$£¥%_/.\ue000]")

_HARMLESS = re.compile(
    r"\b(?:if|should) you (?:have|need|require)\b[^.;]*|\bif (?:there are )?any "
    r"questions\b[^.;]*|"
    r"\bterms and conditions\b|\bunless we hear\b|\b(?:our|this|the) approval (?:covers|"
    r"includes|extends to|"
    r"applies to) (?:the (?:full|whole|entire)|all)\b|"
    r"\bauthori[sz]ed to (?:execute|sign) (?:all|any|the)\b[^.;,]*|"
    r"\b(?:no|not one|none of the) (?:\w+ ){0,2}(?:objected|dissented|voted against)\b|"
    r"\bagreed (?:beforehand|in advance|in writing|separately)\b|\bwithout (?:the |our |your "
    r")?(?:[\w']+ )?(?:prior )?(?:written )?(?:consent|approval)(?: of \w+(?: "
    r"\w+)?)?(?=\s*\|?\.?$)|\bunless otherwise (?:agreed|stated|specified|instructed)\b|"
    r"\bagree[d]? (?:on|upon) (?:an? |the )?[\w -]{1,20}(?:date|time|schedule|details?|terms)\b|"
    r"\b(?:mutually )?agreed (?:upon )?(?:\w+ ){0,2}(?:date|time|price|schedule|scope|terms|"
    r"budget|fees?|"
    r"amount|plan|milestones?)\b|\bas (?:previously )?agreed\b|"
    r"\bchanges?\b[^.;]{0,40}\b(?:needs?|requires?)\b[^.;]{0,24}\b(?:approval|consent)|"
    r"\b(?:submit|send|present)\b[^.;\ue000]{0,40}\bfor (?:our |my )?(?:review and )?approval|"
    r"\b(?:duly )?authori[sz]ed (?:representative|signatory|person|agent|contact|reseller|"
    r"partner|"
    r"users?)\b|"
    r"^(?:formal |written |letter of |our )*approval (?:of|for) [^.|;,]{1,80}(?=\|)|"
    r"^[^.|;,]{1,60} approval(?=\|)|"
    r"^(?:subject|re)\s*:\s*(?:formal |written |letter of |our |your |"
    r"request for )*approval (?:of|for)\b|"
    r"\bas (?:agreed|approved|authorised) (?:in|at|on|during|by|with)\b[^,.;]*|"
    r"\bno further approvals? (?:is|are) (?:needed|required)\b|\bwithout (?:any |"
    r"further )*(?:reserv|condition|change|"
    r"delay|objection|dissent|abstention|opposition|ado|amend|exception|qualif|modif|restrict|"
    r"limit|hesit)\w*|"
    r"\b(?:thank you|thanks) for (?:your )?[^.,;]*|\byour (?:letter|application|"
    r"request)[^,.;]{0,40}"
    r"\bfor (?:our |the )?(?:approval|consent)|\bchanges? (?:need|"
    r"require)s? our (?:\w+ )?(?:approval|consent)|"
    r"\b(?:approved|authori[sz]ed|approval) (?:by|date|no|number)\b\s*[:.]|\b(?:not|"
    r"nor) (?:to )?exceed\w*|"
    r"\ball (?:of )?(?:the |our )?conditions\b[^.;,]*\b(?:met|fulfilled|satisfied)\b|"
    r"\band (?:kindly )?ask you to (?:begin|start|proceed|commence)\b|\bmay be (?:rejected|"
    r"refused|returned|declined)\b|\brefuse no\b[^.;,]*|"
    r"\bat (?:the|its|our|their|a) (?:\w+ ){0,3}meeting(?: of (?:the |"
    r"our )?(?:\w+ ){0,3}(?:board|committee|directors|management))?"
    r"(?: held)?|\bmotion to approve [^:;.]*: carried\b|"
    r"\bwe would like to thank you[^.;,]*|\bno (?:objections?|reservations?|conditions?)\b|"
    r"\bservice agreement\b|\bwithout (?:our|the board's) (?:prior )?"
    r"(?:written )?(?:approval|consent),? (?:no|nothing)[^.;]*chang\w*|\bagreements?\b|"
    r"\bagree[sd]? (?:date|time|price)\b"
    r"|\bthis (?:letter|approval) (?:is|remains) valid\b[^.;]*|\bexcluding (?:vat|tax|gst)\b",
    re.IGNORECASE,
)
_BEARS = re.compile(
    r"\b(?:approv|consent|authori[sz]|disapprov|reject|declin|refus|denied|deny|disagree|veto|"
    r"withdr[ae]w|revo[kc]|rescind|retract|annul|supersed|postpon|lapse)\w*|\bobject(?:s|ed|"
    r"ions?)?\b|"
    r"\boverturn\w*|\b(?:yet to|(?:has|have|is|are) not yet|still (?:has|have|needs?|must))\b|"
    r"\brepeat(?:ed)?\b|\breversed?\b|\bthe letter\b|"
    r"\b(?:cancel|suspen[ds]|terminat|defer|expire)\w*(?=[^.;]{0,80}\b(?:approv|decision|"
    r"letter|it\b|this\b|project|\ue000))|"
    r"(?:approv|decision|letter|\bit\b|this|project|\ue000)[^.;]{0,80}\b(?:cancel|suspen[ds]|"
    r"terminat|defer|expire)\w*|"
    r"\bagree[sd]?\b|\b(?:not|never|yet|to)\b[^.;]{0,20}\bsign(?:ed)?[ -]off\b|\bgo-ahead\b|"
    r"\b(?:foregoing|aforesaid|disregard|ignore|strike|crossed)\b|\bthe above\b|\bdeleted?\b|"
    r"(?<!copy of )(?<!receipt of )\b(?:this|the above|following) (?:letter|message|text|page|"
    r"sentence|"
    r"paragraph|note|e-?mail|memo|wording|line)\b(?! (?:confirms|is to|serves|as (?:our|an?) "
    r"(?:instruction|"
    r"order|notice)))|\bdraft\b(?! (?:contract|agreement|order|schedule|purchase|statement|of "
    r"the contract))|"
    r"\bsample (?:letter|text|only)|\b(?:specimen|placeholder|mock-?up|illustration|illustrative|"
    r"boilerplate)\b|\b(?:form|template) letter\b|\btemplate\b|\bfill(?:ed)? in\b|\bfor "
    r"discussion\b|"
    r"\bnot for\b|\b(?:void|null|mistaken|erroneous\w*|premature\w*)\b|\bin error\b|\bby "
    r"mistake\b|"
    r"\bnot (?:covered|included|valid|binding|final|intended|constitute)\b|"
    r"\bseparate (?:letter|decision)\b|\b(?:pending|conditional\w*|unless|provisional\w*|"
    r"tentative\w*|"
    r"verbal\w*|oral\w*|preliminary|subject to|in principle)\b|\bprovided that\b|^provided\b|"
    r"\bon (?:the )?condition\b|\bconditions? (?:that|precedent|attached)\b|"
    r"\b(?:following|these|two|three|certain|several|some) conditions\b|\buntil further\b|"
    r"\bhowever\b[^.;]{0,80}\b(?:must|needs?|should|not|still|requires?)\b|"
    r"\b(?:no (?:work|orders?|activity|contract|commitment)|nothing|(?:not|cannot) (?:be )?"
    r"(?:start(?:ed)?|begin|proceed|commence\w*)(?! invoic))\b[^.;]{0,60}\b(?:until|before|"
    r"without)\b|"
    r"\bonly (?:if|when|after|once|for|the|to)\b|\bdo(?:es)? not (?:apply|extend|cover|"
    r"constitute|"
    r"mean|amount)\b|\b(?:signature|decision|is|are|still|remains?) (?:outstanding|missing|"
    r"awaited)\b|"
    r"\bawait\w* (?:the |a |our |final )*(?:signature|confirmation|board|decision)|"
    r"\bt\.?b\.?[acd]\b|"
    r"\bto be (?:announced|confirmed|determined|decided)\b|\bin theory\b|\bon paper\b|"
    r"\bremain(?:s|ing)? (?:open|under|to be|undecided)\b|\bunder review\b|\bjust kidding\b|"
    r"\bjok(?:e|ing)\b",
    re.IGNORECASE,
)
_TURNS = re.compile(
    r"\b(?:not?|none|nor|never|neither|nobody|nothing|cannot|if|unless|until|once|when|"
    r"whenever|only|would|could|might|"
    r"should|must|shall have|but|although|though|while|whereas|whether|later|another|other|"
    r"rest|remaining|part|partly|"
    r"partial\w*|except|save|limited|previous\w*|former\w*|last|first|said|says|told|claims?|"
    r"reported\w*|rumou?r\w*|"
    r"hopes?|expects?|intends?|plans? to|like|dreams?|yet|depend\w*|before|after(?! (?:the |"
    r"an? |this )?successful\b)(?! (?:review|"
    r"consider|examin|evaluat|discuss|assess|study)ing)(?! (?:(?:an?|successful|"
    r"the|our|its|careful|due|thorough|detailed|internal|full|close|technical|long|intensive|"
    r"two|three|several) )*(?:review|consideration|evaluation|discussion|assessment|analysis|"
    r"examination|study|reading|deliberation)s?\b)|assum\w*|reserve|our minds?|understanding|"
    r"as soon as|upon|by the time|with\s+(?:\w+\s+)?"
    r"reservations?)\b|n['’]t\b|\?|[“”\"…]",
    re.IGNORECASE,
)
#: “… we hereby approve”, and what must not stand before it: who says so, hopes so, or seems to.
_OUR_WORD = re.compile(
    r"\b(?:(?:we|i)(?:\s+have|\s*_)?|and\s+(?:is|are|was|has been|have been))\s+"
    r"(?:[a-z]+ly\s+|now\s+|hereby\s+|therefore\s+|also\s+|thus\s+)*$",
    re.IGNORECASE,
)
_ADJUNCT = re.compile(
    r"\s(?:at|in|on|during|under|from|across|pursuant to|in accordance with|in line with|"
    r"with effect from|dated|"
    r"as (?:described|outlined|set out|specified|detailed|presented|submitted|proposed|offered|"
    r"discussed|shown|defined|"
    r"stated|quoted|agreed) (?:in|on|by|to|at|under))\s",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"\b(?:that|what|who\w*|how|why|where|think|thinks|thought|believ\w+|guess\w*|suppos\w+|"
    r"suspect\w*|hear|hears|heard|"
    r"learn\w*|understand\w*|understood|wish\w*|want\w*|ask\w*|request\w*|propos(?:e|es|ed|"
    r"ing)|suggest\w*|recommend\w*|seem\w*|appear\w*|"
    r"apparent\w*|alleged\w*|supposed\w*|hopeful\w*|perhaps|maybe|probab\w*|possib\w*|near\w*|"
    r"almost|hard\w*|"
    r"according|pretend\w*|imagin\w*|tell|tells|write|wrote|writes|rumou?r\w*|you|he|she|they|"
    r"so|the day|in case|had|were|"
    r"to|may|will|shall|can|must|ought|need\w*|all|any|every|each|over|above|beyond|next|soon|"
    r"shortly|kindly|lest|half|paper|protest|theory|dreams?|trial|pilot|stages?|phases?|parts?|"
    r"please|let|make|makes|sure)\b|[:“”\"]|^\s*(?:is|are|do|does|did|has|have|will|can)\b",
    re.IGNORECASE,
)
#: What goes on telling of the approval.
_RELATIVE = re.compile(r"(?:which|who|then|thereafter|whereupon|and then)\b", re.IGNORECASE)
#: The first word of a sentence has a capital anyway; it names nobody unless a name goes on.
_FIRST = re.compile(
    r"^\W*[A-ZÀ-Ý][\w’'-]*(?![\w'’-])(?<!'s)(?!\s+(?:hereby\b|(?i:ltd|limited|inc|llc|plc|gmbh|"
    r"ag|sa|bv|corp|co)\b|[A-ZÀ-Ý]))"
)
#: “We, Acme Ltd, approve”.
_OURSELVES = re.compile(
    r"\b(we|i),\s+(?:the undersigned[^,]{0,40}|[A-Z][\w .&]{1,40}),", re.IGNORECASE
)
_CLAUSE = re.compile(
    r",(?!\d)|[:;()\[\]|!?●○◉■□☑☒☐√]|\.(?=\s|$)|\s[-–—]+\s|[–—]|"
    r"\s+and\s+(?=(?:work|you|please|our|we|it|they|the\s+(?:work|team|contract)|this)\b|"
    r"looks?\s+forward\b)"
)


def clauses(sentence: str) -> list[str]:
    """Cut a sentence, without what is harmless, where a breath is drawn."""
    sentence = _FIRST.sub(lambda one: one[0].lower(), sentence)
    parts = _CLAUSE.split(_OURSELVES.sub(r"\1", _HARMLESS.sub("", sentence)))
    return [part for one in parts if (part := one.strip(" .*·-"))]


def approves(clause: str, word: re.Match[str], *, named: bool) -> bool:
    """Tell whether nothing before a word of approval turns it, and all behind it is understood.

    `named` says that another project than the one asked for cannot be meant.
    """
    before = _PHRASE.sub("_", clause[: word.start()])
    if (ours := _OUR_WORD.search(before)) and _leads(before[: ours.start()]):
        before = before[ours.start() :]
    before, behind = _plainly(before, BEFORE, named=True), clause[word.end() :]
    if not word[0].lower().startswith("agree"):
        behind = _plainly(behind, BEHIND, named=named)
    is_known = _covers(before, BEFORE, named=True) or _leads(before)
    if not (is_known and _covers(behind, BEHIND, named=named)):
        return False
    if _TO_DO.search(behind) or _PART.search(behind) or _THING.search(clause[: word.start()]):
        return False
    return _acts(word[0].lower(), before, behind)


def _acts(said: str, before: str, behind: str) -> bool:
    """Tell whether the word is one that does something there, by what stands right before it."""
    first, then = before.lower(), behind.lower()
    if said in _NOUNS and not (said == "consent" and _WE.search(first)):
        # “Grant approval” asks for one.
        asks = re.match(r"(?:give|grant|confirm)\b", first) is not None
        return not asks and bool(_GIVEN_BEFORE.search(first) or _GIVEN_BEHIND.search(then))
    if said.endswith("ing"):
        return first.strip().endswith("_")
    if not first.strip() and not said.endswith(("d", "s")):
        # “Approve the plan” asks; an answer that was ticked is one word.
        return not then.strip()
    return any(_STANDS.search(one) for one in (before, _ADJUNCT.split(before)[0]))


def _plainly(text: str, words: frozenset[str], *, named: bool) -> str:
    """Leave out where, when and by which paper, told in words that take nothing back."""
    if _covers(text, words, named=named):
        return text
    if not named and any(
        _is_name(one) and one.lower() not in words for one in _TOKEN.findall(text)
    ):
        return text
    also = text.partition(" and ")
    if also[1] and _covers(also[0], words, named=True) and not bears(also[2], approving=True):
        return also[0]
    for one in _ADJUNCT.finditer(text):
        if _covers(text[: one.start()], words, named=True) and _leads(text[one.start() :]):
            return text[: one.start()] + " "
    return text


def _leads(text: str) -> bool:
    """Tell words that only lead up to an approval: who, a reason, a time, and nothing else."""
    return not (_FRAME.search(text) or bears(text, approving=True))


def _covers(text: str, words: frozenset[str], *, named: bool) -> bool:
    tokens = _TOKEN.findall(text)
    shouted = sum(len(token) > 1 and token.isupper() for token in tokens) > _ACRONYMS
    return all(
        token.lower() in words
        or _FIGURE.fullmatch(token)
        or (named and not shouted and _is_name(token))
        for token in tokens
    )


def _is_name(token: str) -> bool:
    if token.isupper() and len(token) > _ACRONYM:
        return False
    return _NAME.fullmatch(token) is not None and not _TURNS.search(token)


def bears(clause: str, *, approving: bool) -> bool:
    """Tell whether a clause may say more of a decision than is understood.

    `approving` says that it stands in the sentence that approves.
    """
    if _BEARS.search(clause):
        return True
    if approving and _RELATIVE.match(clause):
        return not _covers(clause, BEFORE | BEHIND, named=True)
    return (
        approving and _TURNS.search(clause) is not None and not _covers(clause, BEFORE, named=True)
    )
