"""Why a formula is not worked out, for people: the evaluator's reasons in both languages."""

from __future__ import annotations

import re

from verification.values import Text

#: Reason → the same in Chinese; names of functions are the same in both languages.
_IN_CHINESE = {
    "IFERROR in an array formula": "数组公式里的 IFERROR",
    "IF of cells outside an array formula": "数组公式之外对区域的 IF",
    "IRR beyond usual rates": "IRR 超出常见范围",
    "IRR of flows that turn more than once": "现金流多次变号的 IRR",
    "IRR that the saving program did not find": "保存时的程序没有求出的 IRR",
    "COUNTBLANK of a value": "对单个值的 COUNTBLANK",
    "a criterion that blanks beyond the sheet's end meet": "表外空白也符合的条件",
    "a date before March 1900": "1900 年 3 月以前的日期",
    "a falling search among equals": "降序查找遇到相同的值",
    "a search for a blank": "查找空白单元格",
    "NPV of no flows": "没有现金流的 NPV",
    "a kind of payment other than 0 and 1": "付款时间不是 0 或 1",
    "a letter that becomes two": "变大小写后长度不同的字母",
    "a name that is not defined": "没有定义的名称",
    "a name that moves with the cell": "随单元格移动的名称",
    "a range without a criterion": "区域没有对应的条件",
    "a rate of -100 % or less": "-100% 及以下的利率",
    "a remainder at a border": "余数落在边界上",
    "a row or column beyond the cells": "行列超出区域",
    "a sign that counts as two": "算作两个字符的符号",
    "a sum at the border of nothing": "各项几乎相抵的和",
    "a text in place of a number": "文本代替数字",
    "a text with many wildcards": "通配符过多的文本",
    "a truth value as text in a criterion": "条件里写成文本的逻辑值",
    "a very large or small number as text": "转为文本的极大或极小数",
    "an approximate search in texts or errors": "在文本或错误值中近似查找",
    "an approximate search in what is not sorted": "在未排序的数据中近似查找",
    "an array beside cells": "与区域并用的数组",
    "an array of that size": "数组过大",
    "an array outside an array formula": "数组公式之外的数组",
    "an array where one value is asked for": "需要单个值之处的数组",
    "an error value as criterion": "以错误值为条件",
    "an error value of another name": "错误值的名称不同",
    "an odd root of a negative number": "负数的奇次方根",
    "circular reference": "循环引用",
    "external reference": "引用其他文件",
    "function of another book": "其他工作簿的函数",
    "iteration": "启用了迭代计算",
    "more cells than are read": "读取的单元格过多",
    "names that lead to names": "名称层层引用",
    "nesting": "嵌套过深",
    "notation": "不认识的写法",
    "numbers alike to 15 digits": "前 15 位相同的数",
    "precision as displayed": "以显示精度计算",
    "ranges of different sizes": "区域大小不一",
    "reference across sheets": "跨多个工作表的引用",
    "rounding at a border": "舍入落在边界上",
    "structured reference": "结构化引用",
    "the order of texts": "文本的先后次序",
    "DATA_TABLE": "模拟运算表",
    "FORMULA_WITHOUT_A_TEXT": "没有内容的公式",
    "SHARED_FORMULA_WITHOUT_A_TEXT": "没有内容的共享公式",
}
_ARRAY = re.compile(r"([A-Z0-9.]+) of an array")
_COUNTED = re.compile(r"([A-Z0-9.]+) of (\d+) arguments")


def wording(reason: str) -> Text:
    """Give a reason in both languages; a function's name stands for itself."""
    counted = _COUNTED.fullmatch(reason)
    if counted is not None:
        return Text(zh=f"{counted[2]} 个参数的 {counted[1]}", en=reason)
    array = _ARRAY.fullmatch(reason)
    if array is not None:
        return Text(zh=f"对数组的 {array[1]}", en=reason)
    zh = _IN_CHINESE.get(reason)
    if zh is None:
        return Text(zh=reason, en=reason)
    return Text(zh=zh, en=reason.replace("_", " ").lower() if reason.isupper() else reason)
