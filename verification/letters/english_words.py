"""The English words that are understood around a word of approval.

Before it: who approves, after what. Behind it: what is approved, where, when, for how much. A word
that may end, narrow or put off what it is said of (“pilot”, “closure”, “extension”) is none.
"""

from __future__ import annotations

_OURS = (
    "her his i we my its their that on behalf in at by with undersigned which board boards "
    "directors director executive executives committee steering management team council ministry "
    "authority department company group university hospital senate trustees partners "
    "shareholders members cto ceo cfo cio coo chief technology officer president chairman "
    "chair chairwoman dean principal secretary general manager managing head review purchasing "
    "evaluation tender change advisory"
)
_WEIGHED = (
    "hereby herewith now today also therefore thus then duly already thereby both formally "
    "officially unanimously fully unreservedly unconditionally gladly happily finally "
    "accordingly consequently have has are is was were been be am met meeting held reviewed "
    "examined evaluated considered assessed discussed studied checked following after careful "
    "due thorough detailed full positive internal consideration discussion assessment analysis "
    "report tests documents materials completed confirm confirms confirmed certify certifies "
    "confirming approves give gives gave given grant grants granted accept accepts accepted "
    "agree agreed approve approved request application letter decision status result outcome "
    "resolution resolved decided voted recorded received formal written unreserved "
    "unconditional complete final since so dear morning afternoon read sign seen carefully "
    "thoroughly support supports supported endorse endorses endorsed welcome obtained official "
    "executed several rounds round recent below signatory signatories authorised "
    "representative owner sponsor heads unit division branch plant factory site regional local "
    "national public federal state city government office agency commission bureau institute "
    "school college clinic bank chamber panel jury body governing supervisory joint capital "
    "it's finance legal operations engineering security quality safety data information "
    "digital released needs expectations concluded conclusion recommendation case business "
    "entire whole leadership passed successful successfully completion session powers vested "
    "virtue under states"
)
_PLANS = (
    "project projects plan plans proposal proposals programme program solution solutions "
    "design designs architecture order purchase quotation quote offer contract investment "
    "budget scope price prices terms system systems platform software hardware equipment "
    "implementation execution deployment installation delivery procurement acquisition supply "
    "roll-out rollout launch introduction development construction commissioning production "
    "work works service services statement start phase phases stage next one two three four "
    "five six seven eight nine ten twelve twenty licences licenses users units robots machines "
    "devices upgrade migration integration expansion total amount sum value cost costs vat tax "
    "eur usd gbp cny rmb euros dollars million thousand k bn m net gross timeline schedule "
    "technical commercial financial the a of and for this our your it"
)
_BEHIND_ALSO = (
    "to an these its my all said each every in on at by from with under as per into both you "
    "us we i may that submitted proposed presented offered outlined described set out attached "
    "dated quoted above-mentioned entirety full formally unanimously hereby now approve "
    "approved accept accepted agree agreed begin starting commence proceed go ahead implement "
    "buy procure install deploy carry execute deliver adopt engage build sign undertake pursue "
    "introduce fund finance use moving using together plus including fixed payable funded "
    "financed annual capital no number members member above section annex appendix attachment "
    "enclosed tender bid awarded award contracts place places placed grant grants sites plant "
    "plants locations office offices branch branches department departments division unit "
    "country countries europe asia group-wide company-wide worldwide nationwide across "
    "throughout latest revised updated final current detailed written official corresponding "
    "related associated necessary required relevant respective following above-named "
    "aforementioned supporting accompanying support warranty spare parts hosting subscription "
    "subscriptions fee fees pricing annexes appendices specification specifications drawings "
    "engineering factory line lines machine robot server servers network database cloud "
    "storage warehouse security safety quality energy water building facility facilities "
    "laboratory clinic application applications interface interfaces data digital smart "
    "management information technology innovation modernisation modernization refurbishment "
    "renovation automation confirmed soon possible convenience earliest straight away team "
    "teams unanimous vote votes majority unconditionally unreservedly wholeheartedly entirely "
    "gladly immediately immediate effect forthwith accordance signed existing board committee "
    "directors company version contractor consent authorise authorised authorize authorized "
    "given granted is are has been have monday tuesday wednesday thursday friday yesterday "
    "today morning afternoon january february march april june july august september october "
    "november december instalments behalf year month day days weeks months "
    "within resolution shareholders effective "
    "jointly turnkey complete entire whole overall new continue invest cooperation "
    "collaboration retail manufacturing clinical campus fleet mobile web central group"
)


def _words(*lists: str) -> frozenset[str]:
    return frozenset(word for some in lists for word in some.split())


BEFORE = _words(_OURS, _WEIGHED, _PLANS)
BEHIND = _words(_PLANS, _BEHIND_ALSO)
