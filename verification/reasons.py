"""Why something could not be read, in both languages: what a library says of itself stays out."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What our own readers say, and the same in Chinese; `{0}` and on are the groups.
_OWN = tuple(
    (re.compile(pattern), zh)
    for pattern, zh in (
        (r"two parts have this name", "有两个同名部件"),
        (r"two parts are the document", "有两个部件自称是正文"),
        (r"there is no such part", "没有这个部件"),
        (r"(\d+) parts may have this name", "有 {0} 个部件可能是这个名称"),
        (
            r"the list of relationships has another root, or attributes",
            "关系列表的根元素不对，或带有属性",
        ),
        (r"something stands inside the text of (\w{1,60})", "{0} 的文字里夹有别的内容"),
        (r"no ZIP archive can be found", "找不到 ZIP 压缩包"),
        (r"a document type \(DOCTYPE\) is declared", "声明了文档类型（DOCTYPE）"),
        (
            r"(\d+) signers in one signature, PAdES allows one",
            "一个签名里有 {0} 个签署人，只允许一个",
        ),
        (
            r"(\d+) signers in one message, expected a SET of one",
            "一个签名里有 {0} 个签署人，应为一个",
        ),
        (r"the signature value is no CMS SignedData", "签名值不是 CMS SignedData"),
        (r"the signature is not over data", "签名所签的不是数据"),
        (r"no TSTInfo in the time stamp", "时间戳里没有 TSTInfo"),
        (r"the token encloses no TSTInfo", "时间戳里没有 TSTInfo"),
        (r"no Signature with a SignedInfo in it", "没有含 SignedInfo 的 Signature"),
        (r"more than (\d+) references", "引用超过 {0} 个"),
        (r"cut off at byte (\d+)", "ASN.1 在第 {0} 字节处中断"),
        (r"(\d+) bytes follow the ASN\.1", "ASN.1 之后还有 {0} 字节"),
        (
            r"(\d+) bytes promised at byte (\d+), (\d+) are there",
            "第 {1} 字节处应有 {0} 字节，实有 {2}",
        ),
        (
            r"neither the form of GB/T 38540 nor that of GM/T 0031",
            "既不是 GB/T 38540 也不是 GM/T 0031 的结构",
        ),
        (r"characters outside of base64", "含有 base64 以外的字符"),
        (r"padding in the middle of base64", "base64 中间出现填充符"),
        (r"base64 that is cut off", "base64 不完整"),
        (r"(\d+) parts in multipart/signed", "multipart/signed 里有 {0} 个部分，应为两个"),
        (r"no (\w{1,3}=)", "缺少 {0}"),
        (r"(\w{1,9}=) twice", "{0} 写了两次"),
        (r"d= is no domain", "d= 不是域名"),
        (r"s= is no selector", "s= 不是选择符"),
        (r"i= is not in d=", "i= 不在 d= 之内"),
        (r"a piece that is no tag", "有一段不是标签"),
        (r"(\w{1,3}=) is no base64", "{0} 不是 base64"),
        (r"(\d+) names in h=", "h= 里有 {0} 个名称"),
        (r"s= is not for mail", "s= 不包括邮件"),
        (r"p= holds no key", "p= 里没有公钥"),
        (r"p= holds no key that is supported", "p= 里的公钥种类不受支持"),
        (r"([ak]=.{0,30}) does not fit the key", "{0} 与公钥不符"),
        (r"the record does not allow (.{1,30})", "公钥记录不允许 {0}"),
        (r"more than (\d+) sets", "超过 {0} 组"),
        (r"set i=(\d+) is not whole", "第 {0} 组不完整"),
        (r"([a-z-]{1,40}) without i=", "{0} 没有 i="),
        (r"i=(\d+): h= in a seal", "第 {0} 组的封条里有 h="),
        (r"arc-seal in h=", "h= 里有 arc-seal"),
        (r"(\d+) characters", "长达 {0} 个字符"),
        (r"the checksum does not agree", "校验值不符"),
        (r"(\d+) bytes declared, (\d+) seen", "声明 {0} 字节，实有 {1}"),
        (r"its own header says (.*)", "其自身头部写的是 {0}"),
        (r"begins inside (.*)", "起点在 {0} 之内"),
        (r"cut off", "不完整"),
        (r"encrypted", "已加密"),
        (r"the packed bytes end too early", "压缩数据提前结束"),
        (r"no local header at byte (\d+)", "第 {0} 字节处没有部件头"),
        (r"its local header lies outside the file", "部件头在文件之外"),
        (r"method of compression (\d+) is not known", "不认识压缩方法 {0}"),
    )
)
_STRUCTURE = Text(zh="结构不合标准", en="its structure is not what the standard says")
_DEEP = Text(zh="结构嵌套过深", en="its structure is nested too deeply")
_PACKED = Text(zh="压缩数据已损坏", en="the packed data is damaged")
_ENTITIES = Text(zh="XML 里的实体展开过大", en="its XML has entities that grow without end")
_XML = Text(zh="XML 不合语法", en="its XML is not well formed")
_NAMES = frozenset({"XMLSyntaxError", "ParserError", "XmlError", "MarkupError"})
#: By the library in which it was raised.
_LIBRARIES = {
    "asn1crypto": Text(
        zh="签名或证书的编码（ASN.1）残缺或不合标准",
        en="the encoding of the signature or a certificate (ASN.1) is cut off or not lawful",
    ),
    "cryptography": Text(
        zh="密钥或证书的编码读不懂", en="a key or certificate is not encoded as it must be"
    ),
    "pyhanko": Text(
        zh="PDF 的交叉引用或对象读不通",
        en="the cross-references or objects of the PDF cannot be followed",
    ),
}


def own_words(text: str) -> Text | None:
    """Give what a reader of ours said in both languages; None where it is no sentence of ours."""
    text = " ".join(text.split())
    for pattern, zh in _OWN:
        found = pattern.fullmatch(text)
        if found is not None:
            return Text(zh=zh.format(*found.groups()), en=text)
    return _PACKED if text.startswith("Error -") else None


def words_of(error: BaseException) -> Text:
    """Give an error's sentence in both languages; tags and their values are the same in both."""
    text = str(error)
    head, _, rest = text.partition(": ")
    told = own_words(text)
    if told is None and (of_part := own_words(rest)) is not None:
        told = Text(zh=f"{head}：{of_part.zh}", en=text)
    return told or Text(zh=text, en=text)


def reason_of(error: BaseException) -> Text:
    """Say in a few words what could not be read, and in which part."""
    part = str(getattr(error, "part", "") or "")
    text = str(error).removeprefix(f"{part}: ")
    head, _, rest = text.partition(": ")
    told = own_words(text)
    if told is None and rest and (told := own_words(rest)) is not None:
        part = part or head
    told = told or _kind(error)
    return Text(zh=f"{part}：{told.zh}", en=f"{part}: {told.en}") if part else told


def _kind(error: BaseException) -> Text:
    for one in _chain(error):
        if isinstance(one, RecursionError):
            return _DEEP
        if "amplification" in str(one):
            return _ENTITIES
        if isinstance(one, zlib.error):
            return _PACKED
        if isinstance(one, ExpatError) or type(one).__name__ in _NAMES:
            return _XML
        library = _LIBRARIES.get(_raised_in(one))
        if library is not None:
            return library
    return _STRUCTURE


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(8):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _raised_in(error: BaseException) -> str:
    """Name the package of the innermost frame that is a library's."""
    at, name = error.__traceback__, ""
    while at is not None:
        package = str(at.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
        name = package if package in _LIBRARIES else name
        at = at.tb_next
    return name or type(error).__module__.partition(".")[0]
