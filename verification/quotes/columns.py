"""What the columns of a quote's table, and the rows of its sums, are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Role = Literal["name", "quantity", "price", "amount", "tax", "gross", "discount", "number", "other"]
SumKind = Literal["subtotal", "tax", "total", "charge"]

#: The first that fits decides.
_ROLE_WORDS: Mapping[Role, str] = {
    "number": r"^(?:序\s*号|编号|项次|行号|no\.?|#|s/?n|line|pos\.?|item\s*(?:no\.?|#))$",
    "discount": r"折扣|优惠|discount|disc\.?",
    "gross": r"价税合计|含税(?:金额|总价|合计|小计)|gross|incl\.? (?:vat|tax)",
    "tax": r"^税额|^税金|^(?:vat|tax)(?: amount)?$",
    "other": r"税率|(?:vat|tax) ?(?:rate|%)|%|单\s*位$|^(?:unit|uom)s?$|^型号|^规格|备注|品牌|交期|"
    r"remark|model|brand",
    "price": r"单\s*价|unit\s*(?:price|cost|rate)|price\s*(?:per|/)|^price|^rate|each",
    "amount": r"金\s*额|总\s*价|小\s*计|合\s*价|合\s*计|amount|total|sum|extended|^ext\.?\s|net",
    "quantity": r"数\s*量|qty|quantity|hours|units|件数",
    "name": r"名\s*称|品\s*名|货\s*物|产\s*品|项\s*目|内\s*容|描\s*述|服\s*务|"
    r"item|description|product|service|particulars|goods|work",
}
_SUM_WORDS: Mapping[SumKind, str] = {
    "charge": r"抹\s*零|取\s*整|运\s*费|运输费|优\s*惠|折\s*扣|安装费|包装费|"
    r"freight|shipping|delivery (?:charge|fee)|discount|handling|rebate",
    "subtotal": r"小\s*计|不含(?:增值)?税|税前|未税|"
    r"sub[\s-]?total|net (?:total|amount)|total (?:net|excl)|total before",
    "tax": r"税\s*额|税\s*金|增值税|(?<![a-z])(?:vat|gst|sales tax|tax)(?![a-z])",
    "total": r"总\s*计|合\s*计|总\s*价|总\s*额|报价总|价税合计|total|amount due|grand",
}
ROLES = tuple((role, re.compile(words, re.IGNORECASE)) for role, words in _ROLE_WORDS.items())
SUMS = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _SUM_WORDS.items())
