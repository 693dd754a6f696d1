"""What the YAML parser complains about, in Chinese: the sentences of libyaml that a file can cause.

PyYAML's own parser, which reads where libyaml is absent, says some of them otherwise; what is not
known here is passed on in English.
"""

from __future__ import annotations

from types import MappingProxyType

from rules.text import Text

_ZH = MappingProxyType(
    {
        "mapping values are not allowed in this context": "这里不能再有键值对（多了一个冒号）",
        "mapping values are not allowed here": "这里不能再有键值对（多了一个冒号）",
        "mapping keys are not allowed in this context": "这里不能有键",
        "mapping keys are not allowed here": "这里不能有键",
        "block sequence entries are not allowed in this context": "这里不能有以“-”开头的列表项",
        "sequence entries are not allowed here": "这里不能有以“-”开头的列表项",
        "could not find expected ':'": "缺少冒号",
        "did not find expected key": "这里应该是一个键（请检查缩进和引号）",
        "did not find expected '-' indicator": "这里应该是以“-”开头的列表项（请检查缩进）",
        "did not find expected ',' or ']'": "缺少逗号或右方括号“]”",
        "did not find expected ',' or '}'": "缺少逗号或右花括号“}”",
        "did not find expected node content": "这里应该有一个值",
        "did not find expected <document start>": "文件应在这里结束",
        "did not find expected comment or line break": "这里应该换行",
        "did not find expected whitespace or line break": "这里应该是空格或换行",
        "found character that cannot start any token": "值不能以这个字符开头（请加引号）",
        "found unexpected ':'": "多了一个冒号",
        "found unexpected end of stream": "文件结束了，引号或括号还没有关上",
        "found unexpected document indicator": "引号还没有关上就遇到了“---”或“...”",
        "found unknown escape character": "反斜杠后面是不认识的字符（请改用单引号）",
        "found a tab character that violates indentation": "缩进里有制表符",
        "found a tab character where an indentation space is expected": "缩进里有制表符",
        "found undefined tag handle": "不认识以“!”开头的标记",
    }
)


def told(sentence: str) -> Text:
    """Give a sentence of the parser in both languages."""
    return Text(zh=_ZH.get(sentence, sentence), en=sentence)
