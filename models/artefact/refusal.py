"""Why an artefact is not opened."""

from __future__ import annotations

from models.refusal_words import in_chinese
from models.text import Text

_WHAT = {
    "size": Text(zh="超出大小上限", en="larger than allowed"),
    "archive": Text(zh="不是可接受的 ZIP 或目录", en="no archive or folder that we accept"),
    "part_unknown": Text(zh="未知的部分", en="an unknown part"),
    "part_missing": Text(zh="缺少部分", en="a part is missing"),
    "schema": Text(zh="其他版本或格式", en="another version or form"),
    "hash": Text(zh="内容与清单不符", en="it is not what the manifest lists"),
    "signature": Text(zh="签名不成立", en="the signature does not hold"),
    "key": Text(zh="不是受信任的密钥", en="not signed by a trusted key"),
    "model": Text(zh="模型文本不合格", en="the model does not stand its check"),
    "trial": Text(zh="试装失败", en="the trial in a process of its own failed"),
    "golden": Text(zh="黄金样本的预测不一致", en="predictions of the golden rows are not the same"),
}
_LONGEST = 160


class ArtefactRefused(ValueError):
    """An artefact that is not opened; `code` is a key of `_WHAT`, `part` empty for the whole."""

    def __init__(
        self, code: str, part: str = "", *, seen: object, expected: object, told: Text | None = None
    ) -> None:
        self.code, self.part = code, part
        self.seen, self.expected = str(seen)[:_LONGEST], str(expected)[:_LONGEST]
        #: What a reader of the part said, where one did.
        self.told = told
        super().__init__(self.message.en)

    @property
    def message(self) -> Text:
        what, part = _WHAT[self.code], self.part
        if self.told is not None:
            return Text(
                zh=f"{part}：{what.zh}：{self.told.zh}", en=f"{part}: {what.en}: {self.told.en}"
            )
        zh, en = (f"{part}：", f"{part}: ") if part else ("", "")
        return Text(
            zh=f"{zh}{what.zh}，看到 {in_chinese(self.seen)}，应为 {in_chinese(self.expected)}。",
            en=f"{en}{what.en}; saw {self.seen}, expected {self.expected}.",
        )
