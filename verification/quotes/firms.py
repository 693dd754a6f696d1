"""Whether two names are one firm's, or those of firms of one group."""

from __future__ import annotations

import re

from verification.signers import normalise

#: A name of fewer letters stands in many.
_LEAST_NAME = 4
_LEGAL_FORM = re.compile(
    r"(?:股份|责任)?有限(?:责任)?公司|集团|公司|co\.?,?ltd\.?|limited|ltd\.?|gmbh|inc\.?|llc|corp(?:oration)?\.?"
)
#: Provinces and large cities, with which names of firms begin.
_PLACE = re.compile(
    r"^(?:中国|北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|"
    r"湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|"
    r"深圳|广州|东莞|佛山|珠海|惠州|中山|苏州|南京|无锡|常州|南通|徐州|杭州|宁波|温州|嘉兴|绍兴|"
    r"合肥|福州|厦门|泉州|南昌|济南|青岛|烟台|潍坊|郑州|洛阳|武汉|长沙|成都|绵阳|贵阳|昆明|西安|"
    r"兰州|沈阳|大连|长春|哈尔滨|石家庄|唐山|太原|南宁|海口|乌鲁木齐|呼和浩特|银川|西宁|拉萨)[省市]?"
)


def plain(text: str) -> str:
    """Give letters and figures alone, in one form."""
    return re.sub(r"[\W_]", "", normalise(text))


def is_nearly_one(one: str, other: str) -> bool:
    """Say whether two names differ in their legal form, a place, a part, or their order only.

    恒信(北京)有限公司 and 北京恒信有限公司 do, and so do the firms of one name in two cities.
    """
    bare = [plain(_LEGAL_FORM.sub("", normalise(name))) for name in (one, other)]
    shorter, longer = sorted(bare, key=len)
    within = len(shorter) >= _LEAST_NAME and shorter in longer
    stems = [_PLACE.sub("", name) for name in bare]
    near = len(stems[0]) > _LEAST_NAME and stems[0] == stems[1]
    return bool(bare[0]) and (within or near or sorted(shorter) == sorted(longer))
