"""What is wrong with a booster's text, and where."""

from __future__ import annotations

from dataclasses import dataclass

from models.refusal_words import in_chinese
from models.text import Text

_WHAT = {
    "size": Text(zh="超出上限", en="it exceeds a limit"),
    "form": Text(zh="格式不符", en="this is not how LightGBM writes it"),
    "length": Text(zh="个数不符", en="there are not as many values as there must be"),
    "range": Text(zh="数值超出范围", en="a value is out of its range"),
    "tree": Text(zh="节点不构成一棵树", en="the nodes form no tree"),
    "category": Text(zh="类别集合不符", en="the sets of categories do not agree"),
    "count": Text(zh="计数不符", en="counts do not add up"),
    "monotone": Text(zh="违反声明的单调性", en="it is not monotone as declared"),
    "contract": Text(zh="与特征约定不符", en="it is for other features"),
}
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a text: a field, its line from 1, its tree from 0; None: neither one."""

    field: str = ""
    line: int | None = None
    tree: int | None = None

    @property
    def text(self) -> Text:
        field = [self.field] if self.field else []
        line, tree = self.line is not None, self.tree is not None
        zh = [f"第 {self.line} 行"] * line + [f"第 {self.tree} 棵树"] * tree + field
        en = [f"line {self.line}"] * line + [f"tree {self.tree}"] * tree + field
        return Text(zh="，".join(zh) or "全文", en=", ".join(en) or "the text")


class BoosterRefused(ValueError):
    """A text that is no booster of ours; `what` is a key of `_WHAT`."""

    def __init__(self, what: str, place: Place, *, seen: object, expected: object) -> None:
        self.what, self.place = what, place
        self.seen, self.expected = str(seen)[:_LONGEST], str(expected)[:_LONGEST]
        super().__init__(self.message.en)

    @property
    def message(self) -> Text:
        told, at = _WHAT[self.what], self.place.text
        seen, expected = in_chinese(self.seen), in_chinese(self.expected)
        return Text(
            zh=f"{at.zh}：{told.zh}，看到 {seen}，应为 {expected}。",
            en=f"{at.en}: {told.en}; saw {self.seen}, expected {self.expected}.",
        )
