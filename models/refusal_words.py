"""What readers of models saw and expected, in Chinese; they say it in English, as values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PHRASES: Mapping[str, str] = {
    "0, then ascending": "从 0 起递增",
    "[name: value], once each": "[名称: 值]，各一次",
    "a ZIP as we write it": "按本系统格式写成的 ZIP",
    "a ZIP that we wrote": "本系统写出的 ZIP",
    "a category": "类别",
    "a child twice": "同一子节点出现两次",
    "a damaged archive": "损坏的压缩包",
    "a file": "一个文件",
    "a finite number": "有限的数",
    "a header": "文件头",
    "a key": "一个密钥",
    "a member": "一个成员",
    "a name twice": "重复的名称",
    "a part": "一个部分",
    "a readable file": "可读的文件",
    "a signature of the manifest": "清单的签名",
    "all below the root": "全部在根之下",
    "all of the values": "全部的值",
    "another kind": "其他类型",
    "another number of values": "值的个数不同",
    "another value": "其他值",
    "bits in use": "已使用的位",
    "both": "两者都有",
    "canonical JSON": "规范 JSON",
    "codes that feature_infos lists": "feature_infos 中的编码",
    "deeper": "更深",
    "different names": "互不相同的名称",
    "each child once": "每个子节点一次",
    "an empty set or word": "空的集合或字",
    "finite": "有限的数",
    "finite numbers": "有限的数",
    "its form": "规定的格式",
    "known names": "已知的名称",
    "more": "更多",
    "neither": "两者都没有",
    "no empty line": "没有空行",
    "no more": "到此为止",
    "no parameters": "没有参数",
    "no plain file": "不是普通文件",
    "no such order": "次序不同",
    "none, [low:high] or different codes": "none、[低:高] 或互不相同的编码",
    "nothing": "没有",
    "nothing compressed": "不压缩",
    "nothing of this name": "没有此名称",
    "numbers and blanks": "数字和空格",
    "other bytes": "其他字节",
    "other models": "其他模型",
    "plain files": "普通文件",
    "raw scores": "原始得分",
    "the end of the tree": "树的结尾",
    "the fields of golden rows": "黄金样本的字段",
    "the tree's own size": "树本身的大小",
    "zeros as numbers": "零作为数字",
}
#: Phrases around figures and names.
_AROUND = tuple(
    (re.compile(said), told)
    for said, told in (
        (r"(<= )?(\d+) bytes", r"\1\2 字节"),
        (r"(<= )?(\d+) parts", r"\1\2 个部分"),
        (r"(\d+) members", r"\1 个成员"),
        (r"(\d+) trees", r"\1 棵树"),
        (r"a directory of (\d+) bytes", r"\1 字节的目录"),
        (r"a file that begins (.+)", r"以 \1 开头的文件"),
        (r"a model of (.+)", r"\1 模型"),
        (r"no answer in ([\d.]+) s", r"\1 秒内没有回答"),
        (r"codes of (f\d+) up to (\d+)", r"\1 的编码到 \2 为止"),
        (r"(f\d+) as a number", r"\1 作为数字"),
        (r"(\d+) names, (.+)", r"\1 个名称，\2"),
        (r"depth <= (\d+)", r"深度 <= \1"),
        (r"(.+), node (\d+)", r"\1，节点 \2"),
        (r"(\d+) nodes in a ring", r"\1 个节点成环"),
        (r"(.+) at place (\d+)", r"第 \2 位为 \1"),
        (r"(.+) in all", r"共 \1"),
        (r"(.+), each once", r"\1，各一次"),
        (r"zeros of feature (\d+) taken for blanks", r"特征 \1 的零被当作空白"),
        (r"leaf (\d+) (\S+), leaf (\d+) (\S+)", r"叶 \1 为 \2，叶 \3 为 \4"),
    )
)


def in_chinese(said: str) -> str:
    """Give a phrase in Chinese; figures, names and pieces of the file stay as they are."""
    if said in PHRASES:
        return PHRASES[said]
    for around, told in _AROUND:
        if found := around.fullmatch(said):
            return found.expand(told)
    return said
