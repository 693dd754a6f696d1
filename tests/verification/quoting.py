"""Quotes of every kind, written by code: three layouts in two languages, and Word."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field, replace
from decimal import Decimal
from xml.sax.saxutils import escape

import pymupdf

Item = tuple[str, str, str]
ZH_ITEMS: tuple[Item, ...] = (
    ("机架式服务器 R740", "4", "36500.00"),
    ("全闪存储阵列 20TB", "1", "128000.00"),
    ("万兆交换机 48口", "2", "21800.00"),
    ("现场安装与调试服务", "10", "1500.00"),
)
EN_ITEMS: tuple[Item, ...] = (
    ("Rack server R740", "4", "5200.00"),
    ("All-flash storage 20 TB", "1", "18300.00"),
    ("Switch 10 GbE, 48 ports", "2", "3110.00"),
    ("Installation and commissioning", "10", "215.00"),
)
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a quote is to say; an empty text leaves it out."""

    supplier: str = "北京恒信数码科技有限公司"
    tax_number: str = "91110108MA01A2B370"
    bank_account: str = "110060149012015061217"
    phone: str = "010-62571234"
    buyer: str = "上海远景制造有限公司"
    buyer_tax_number: str = "91310000607312345X"
    dated: str = "2026-11-02"
    valid_until: str = "2026-12-31"
    items: tuple[Item, ...] = ZH_ITEMS
    rate: int = 13
    #: Printed in place of what adds up.
    amounts: dict[int, str] = field(default_factory=dict)
    subtotal: str | None = None
    tax: str | None = None
    total: str | None = None
    capitals: str | None = None
    author: str = ""
    producer: str = "WPS 文字"
    created: str = "D:20261102093000+08'00'"


ENGLISH = Offer(
    supplier="Hartmann Systems GmbH",
    tax_number="DE136695976",
    bank_account="DE89 3704 0044 0532 0130 00",
    phone="+49 30 901820",
    buyer="Northwind Manufacturing Ltd",
    buyer_tax_number="GB980780684",
    dated="2 November 2026",
    valid_until="31 December 2026",
    items=EN_ITEMS,
    rate=19,
    producer="Microsoft: Print To PDF",
)


def scaled(offer: Offer, factor: str) -> Offer:
    items = tuple((n, q, f"{Decimal(p) * Decimal(factor):.2f}") for n, q, p in offer.items)
    return replace(offer, items=items)


def capitals(value: Decimal) -> str:
    """Write an amount below 10¹² in capitals, as banks ask for it."""
    yuan, cents = divmod(int(value * 100), 100)
    text = _groups(yuan) + "元" if yuan else ""
    jiao, fen = divmod(cents, 10)
    if not cents:
        return (text or "零元") + "整"
    tail = (_CAPITALS[jiao] + "角" if jiao else ("零" if text else "")) + (
        _CAPITALS[fen] + "分" if fen else ""
    )
    return text + tail


def _groups(number: int) -> str:
    parts: list[str] = []
    zero = False
    for scale, unit in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group, number = divmod(number, scale)
        if not group:
            zero = zero or bool(parts)
            continue
        if parts and (zero or group < 1000):
            parts.append("零")
        parts.append(_four(group) + unit)
        zero = False
    return "".join(parts)


def _four(group: int) -> str:
    text, zero = "", False
    for scale, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit, group = divmod(group, scale)
        if digit:
            text += ("零" if zero and text else "") + _CAPITALS[digit] + unit
            zero = False
        else:
            zero = True
    return text


@dataclass(frozen=True, slots=True)
class Sums:
    amounts: tuple[str, ...]
    subtotal: str
    tax: str
    total: str
    capitals: str


def sums(offer: Offer) -> Sums:
    amounts = tuple(
        offer.amounts.get(n, f"{Decimal(q) * Decimal(p):,.2f}")
        for n, (_n, q, p) in enumerate(offer.items)
    )
    true = sum((Decimal(q) * Decimal(p) for _n, q, p in offer.items), Decimal(0))
    tax = (true * offer.rate / 100).quantize(Decimal("0.01"))
    return Sums(
        amounts,
        offer.subtotal or f"{true:,.2f}",
        offer.tax or f"{tax:,.2f}",
        offer.total or f"{true + tax:,.2f}",
        offer.capitals or capitals(true + tax),
    )


class _Sheet:
    """A page to write on; `fonts` are the body's and the heading's."""

    def __init__(self, size: tuple[float, float], font: str) -> None:
        self.document = pymupdf.open()
        self.page = self.document.new_page(width=size[0], height=size[1])
        self.font = font

    def put(self, x: float, y: float, text: str, size: float = 10, *, right: bool = False) -> None:
        if not text:
            return
        font = self.font if text.isascii() or self.font.startswith("china") else "china-s"
        left = x - pymupdf.get_text_length(text, font, size) if right else x
        self.page.insert_text((left, y), text, fontname=font, fontsize=size)

    def line(self, y: float, pieces: dict[float, str], size: float = 10) -> None:
        """Write what stands at one height, by its left edge."""
        for x, text in pieces.items():
            self.put(x, y, text, size)

    def done(self, offer: Offer) -> bytes:
        self.document.set_metadata(
            {"author": offer.author, "producer": offer.producer, "creationDate": offer.created}
        )
        return bytes(self.document.tobytes())


def letterhead(offer: Offer) -> bytes:
    """Chinese: the firm on top, the customer below, a table, the bank at the foot."""
    sheet, s = _Sheet((595, 842), "china-s"), sums(offer)
    sheet.put(150, 60, offer.supplier, 18)
    sheet.put(250, 90, "报 价 单", 16)
    sheet.put(50, 120, f"客户名称：{offer.buyer}")
    sheet.put(50, 138, f"税号：{offer.buyer_tax_number}")
    sheet.put(380, 120, f"报价日期：{offer.dated}")
    sheet.put(380, 138, f"有效期至：{offer.valid_until}" if offer.valid_until else "")
    heads = ("序号", "产品名称", "单位", "数量", "单价(元)", "金额(元)")
    columns = (50.0, 90.0, 270.0, 320.0, 380.0, 480.0)
    sheet.line(170, dict(zip(columns, heads, strict=True)))
    y = 190.0
    for n, (item, amount) in enumerate(zip(offer.items, s.amounts, strict=True), 1):
        name, quantity, price = item
        texts = (str(n), name, "套", quantity, price, amount)
        sheet.line(y, dict(zip(columns, texts, strict=True)))
        y += 20
    tax = f"增值税({offer.rate}%)"
    for label, value in (("小计", s.subtotal), (tax, s.tax), ("总计", s.total)):
        sheet.line(y, {380: label, 480: value})
        y += 18
    sheet.put(50, y, f"合计人民币（大写）：{s.capitals}")
    for label, value in (
        ("统一社会信用代码", offer.tax_number),
        ("银行账号", offer.bank_account),
        ("电话", offer.phone),
    ):
        y += 22
        sheet.put(50, y, f"{label}：{value}" if value else "")
    return sheet.done(offer)


def side_by_side(offer: Offer) -> bytes:
    """Chinese: both parties next to each other, figures to the right, a note below."""
    sheet, s = _Sheet((595, 842), "china-ss"), sums(offer)
    sheet.put(240, 50, "采购报价书", 20)
    left = (
        ("需方", offer.buyer),
        ("纳税人识别号", offer.buyer_tax_number),
        ("电话", "021-58881234"),
    )
    right = (
        ("供方", offer.supplier),
        ("纳税人识别号", offer.tax_number),
        ("电话", offer.phone),
        ("账号", offer.bank_account),
    )
    for x, lines in ((40, left), (310, right)):
        for n, (label, value) in enumerate(lines):
            sheet.put(x, 90 + 18 * n, f"{label}：{value}" if value else "", 9)
    sheet.put(40, 175, f"日期：{offer.dated}", 9)
    for text, x in (("货物名称", 40), ("数量", 300), ("含税单价", 400), ("总价", 540)):
        sheet.put(x, 200, text, 9, right=x > 250)
    y = 216.0
    for (name, quantity, price), amount in zip(offer.items, s.amounts, strict=True):
        sheet.put(40, y, name, 9)
        for text, x in ((quantity, 300), (price, 400), (amount, 540)):
            sheet.put(x, y, text, 9, right=True)
        y += 16
    sheet.put(40, y, "合计", 9)
    total = offer.total or s.subtotal
    sheet.put(540, y, f"￥{total}", 9, right=True)
    true = sum((Decimal(q) * Decimal(p) for _n, q, p in offer.items), Decimal(0))
    sheet.put(40, y + 16, f"大写：{offer.capitals or capitals(true)}", 9)
    sheet.put(40, y + 40, f"本报价有效期截止 {offer.valid_until}。" if offer.valid_until else "", 9)
    return sheet.done(offer)


def english(offer: Offer) -> bytes:
    """English: addressed at the left, the seller's lines at the right."""
    sheet, s = _Sheet((612, 792), "helv"), sums(offer)
    sheet.put(50, 50, offer.supplier, 16)
    sheet.put(430, 50, "QUOTATION", 16)
    sheet.put(50, 90, f"To: {offer.buyer}")
    sheet.put(50, 105, f"VAT No.: {offer.buyer_tax_number}")
    sheet.put(380, 90, f"Date: {offer.dated}")
    sheet.put(380, 105, f"Valid until: {offer.valid_until}" if offer.valid_until else "")
    for text, x in (("Description", 50), ("Qty", 340), ("Unit price (EUR)", 450), ("Amount", 550)):
        sheet.put(x, 150, text, right=x > 300)
    y = 168.0
    for (name, quantity, price), amount in zip(offer.items, s.amounts, strict=True):
        sheet.put(50, y, name)
        for text, x in ((quantity, 340), (price, 450), (amount, 550)):
            sheet.put(x, y, text, right=True)
        y += 16
    for label, value in (
        ("Subtotal", s.subtotal),
        (f"VAT {offer.rate}%", s.tax),
        ("Total EUR", s.total),
    ):
        sheet.put(450, y, label, right=True)
        sheet.put(550, y, value, right=True)
        y += 16
    y += 30
    for label, value in (
        ("VAT ID", offer.tax_number),
        ("IBAN", offer.bank_account),
        ("Phone", offer.phone),
    ):
        sheet.put(50, y, f"{label}: {value}" if value else "")
        y += 14
    return sheet.done(offer)


def english_plain(offer: Offer) -> bytes:
    """English: labels in a block at the top, totals without a subtotal line."""
    sheet, s = _Sheet((595, 842), "tiro"), sums(offer)
    for n, (label, value) in enumerate(
        (
            ("Supplier", offer.supplier),
            ("VAT number", offer.tax_number),
            ("Telephone", offer.phone),
            ("Account no.", offer.bank_account),
            ("Customer", offer.buyer),
        )
    ):
        sheet.put(60, 60 + 15 * n, f"{label}:" if value else "")
        sheet.put(160, 60 + 15 * n, value)
    sheet.put(60, 150, f"Offer date {offer.dated}. This offer is valid until {offer.valid_until}.")
    columns = (60.0, 90.0, 330.0, 400.0, 480.0)
    heads = ("Item", "Product", "Quantity", "Price", "Line total")
    sheet.line(190, dict(zip(columns, heads, strict=True)))
    y = 206.0
    for n, (item, amount) in enumerate(zip(offer.items, s.amounts, strict=True), 1):
        name, quantity, price = item
        texts = (str(n), name, quantity, f"EUR {price}", f"EUR {amount}")
        sheet.line(y, dict(zip(columns, texts, strict=True)))
        y += 15
    sheet.put(400, y, "Tax")
    sheet.put(480, y, f"EUR {s.tax}")
    sheet.put(400, y + 15, "Grand total")
    sheet.put(480, y + 15, f"EUR {s.total}")
    return sheet.done(offer)


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(rows: list[str | tuple[str, ...]]) -> bytes:
    """Write a Word document: a text is a paragraph, tuples next to one another are a table."""
    body, table = "", ""
    for row in [*rows, ""]:
        if isinstance(row, tuple):
            cells = "".join(
                f"<w:tc><w:p><w:r><w:t>{escape(c)}</w:t></w:r></w:p></w:tc>" for c in row
            )
            table += f"<w:tr>{cells}</w:tr>"
            continue
        body += f"<w:tbl>{table}</w:tbl>" if table else ""
        table = ""
        body += (
            f'<w:p><w:r><w:t xml:space="preserve">{escape(row)}</w:t></w:r></w:p>' if row else ""
        )
    types = "application/vnd.openxmlformats"
    main = f"{types}-officedocument.wordprocessingml.document.main+xml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        f'ContentType="{types}-package.relationships+xml"/><Override '
        f'PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
        f'Type="{office}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def in_word(offer: Offer) -> bytes:
    """Chinese, as Word: the customer above, tax per line, the sums in one row."""
    s = sums(offer)
    rows: list[str | tuple[str, ...]] = [
        "产品报价单",
        f"致：{offer.buyer}",
        f"报价单位：{offer.supplier}",
        f"统一社会信用代码：{offer.tax_number}",
        f"联系电话：{offer.phone}  银行账号：{offer.bank_account}",
        f"报价日期：{offer.dated}",
        ("项目", "数量", "单价", "金额", "税额", "价税合计"),
    ]
    taxes = []
    for (name, quantity, price), amount in zip(offer.items, s.amounts, strict=True):
        value = Decimal(amount.replace(",", ""))
        tax = (value * offer.rate / 100).quantize(Decimal("0.01"))
        taxes.append(tax)
        rows.append((name, quantity, price, amount, f"{tax}", f"{value + tax}"))
    tax = sum(taxes, Decimal(0))
    rows.append(("合计", "", "", s.subtotal, f"{tax}", offer.total or s.total))
    rows += [
        "All prices in EUR." if offer.supplier.isascii() else f"人民币大写：{s.capitals}",
        "报价有效期：自报价之日起60天" if offer.valid_until else "",
    ]
    return word(rows)
