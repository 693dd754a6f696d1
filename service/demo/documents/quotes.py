"""Three quotes for the same work: ours and two rivals', each on its own paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from service.demo.documents.amounts import VAT_PERCENT, capitals, net_of_vat, yuan
from service.demo.documents.brief import PDF, Draft
from service.demo.documents.emblems import SEAL_BLACK, SEAL_RED, stamp_seal
from service.demo.documents.paper import Letterhead, Paper, Table
from service.demo.documents.properties import Properties
from service.demo.documents.trades import TRADES
from service.demo.registry import registration_of

if TYPE_CHECKING:
    from datetime import datetime

    from service.demo.documents.brief import Brief
    from service.demo.documents.paper import Colour
    from service.demo.documents.trades import Trade
    from service.demo.names import Organisation

#: How many quotes a customer compares.
QUOTES = 3
TRAINING_DAY_FEN = 400_000
VALID_DAYS = 60
#: A rival's prices in per cent of ours.
RIVAL_PERCENT = (104, 131)

ACCENTS: tuple[Colour, ...] = ((0.07, 0.33, 0.58), (0.10, 0.45, 0.32), (0.62, 0.30, 0.05))
#: The programs that each supplier's office works with.
PROGRAMS = ("衡岫报价中心 3.2", "WPS 文字 12.1", "LibreOffice Writer 7.6")
#: How each supplier calls the columns of its table, and how wide they are.
COLUMNS = (
    (("序号", "项目", "数量", "单位", "单价", "金额"), (0.7, 3.6, 1, 1, 1.9, 2.2)),
    (("序号", "服务内容", "数量", "单位", "含税单价", "含税金额"), (0.8, 3.2, 1.1, 0.9, 2, 2.3)),
    (("编号", "产品名称", "数量", "单位", "单价（元）", "小计（元）"), (0.9, 3.9, 1, 0.8, 1.8, 2)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One supplier's prices, all in fen and with VAT."""

    supplier: Organisation
    seat_price_fen: int
    service_price_fen: int
    day_price_fen: int
    training_days: int
    #: Which of the three it is: 0 is ours.
    rank: int
    trade: Trade

    def lines(self, seats: int) -> list[tuple[str, int, str, int, int]]:
        """Item, quantity, unit, unit price, amount."""
        piece, unit = self.trade.piece
        priced = (
            (piece, seats, unit, self.seat_price_fen),
            (self.trade.once, 1, "项", self.service_price_fen),
            (self.trade.day, self.training_days, "人天", self.day_price_fen),
        )
        return [(item, n, unit, price, n * price) for item, n, unit, price in priced]

    def total_fen(self, seats: int) -> int:
        return sum(line[-1] for line in self.lines(seats))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a quote that a forger, or a careless hand, wrote."""

    #: How many days it stands.
    valid_days: int = VALID_DAYS
    #: The total is higher by so many fen than the lines give.
    added_fen: int = 0
    #: Only so many lines are offered.
    lines: int | None = None
    #: The last place of the tax number is another one.
    tax_number_wrong: bool = False
    #: Whose tax number and account it names instead of its own: a key.
    numbers_of: str | None = None
    #: Every price is this many per cent of our own.
    percent_of_ours: int | None = None
    #: Whose form it is written on, by rank; None: the supplier's own.
    form_of: int | None = None
    #: None: nobody pressed a seal on it.
    seal: Colour | None = SEAL_RED


SOUND = Fault()
#: The seal as a copying machine leaves it.
BLACK_COPY = Fault(seal=SEAL_BLACK)


def offers(brief: Brief) -> tuple[Offer, ...]:
    """What the three suppliers ask for the same quantities, ours first."""
    rng = brief.rng("quotes")
    customer = brief.customer
    rivals = rng.sample(brief.company.rivals, QUOTES - 1)
    days = rng.randrange(6, 13)
    asked = []
    for rank, supplier in enumerate((brief.company.organisation, *rivals)):
        percent = rng.randrange(*RIVAL_PERCENT) if rank else 100
        asked.append(
            Offer(
                supplier=supplier,
                seat_price_fen=customer.seat_price_fen * percent // 10_000 * 100,
                service_price_fen=customer.service_price_fen * (percent + 4 * rank) // 10_000 * 100,
                day_price_fen=TRAINING_DAY_FEN - 20_000 * rank,
                training_days=days,
                rank=rank,
                trade=TRADES[customer.path],
            )
        )
    return tuple(asked)


def our_total_fen(brief: Brief) -> int:
    """Give our price with VAT: what the ROI workbook and the CTO's letter speak of, too."""
    return offers(brief)[0].total_fen(brief.customer.seats)


def file_name(brief: Brief, rank: int) -> str:
    return f"{brief.customer.name}_报价单_{offers(brief)[rank].supplier.name}.pdf"


def write(
    brief: Brief, rank: int, *, created: datetime | None = None, fault: Fault = SOUND
) -> Draft:
    """Write the quote of supplier `rank` (0..2).

    With `created` the Info dictionary says that it was written then; the XMP packet still says
    when it was.
    """
    offer = offers(brief)[rank]
    if fault.percent_of_ours is not None:
        offer = _scaled(offer, offers(brief)[0], fault.percent_of_ours)
    made_at = brief.made_at + timedelta(hours=rank, minutes=7 * rank)
    data = _page(brief, offer, fault, (made_at, created or made_at))
    return Draft(name=file_name(brief, rank), media_type=PDF, data=data)


def _scaled(offer: Offer, ours: Offer, percent: int) -> Offer:
    return replace(
        offer,
        seat_price_fen=ours.seat_price_fen * percent // 100,
        service_price_fen=ours.service_price_fen * percent // 100,
        day_price_fen=ours.day_price_fen * percent // 100,
    )


def _page(brief: Brief, offer: Offer, fault: Fault, dates: tuple[datetime, datetime]) -> bytes:
    """`dates`: when it was made, and when the Info dictionary says so."""
    made_at, created = dates
    supplier = offer.supplier
    paper = Paper(
        Letterhead(
            name=supplier.registered_name,
            line=f"{supplier.address} · sales@{supplier.domain}",
            accent=ACCENTS[offer.rank],
        )
    )
    number = f"{supplier.key.upper()}-Q{made_at:%y%m%d}-{brief.customer.seats}"
    paper.title("报\u3000价\u3000单", number=f"报价编号：{number}")
    _head(paper, brief, made_at, fault)
    _supplier(paper, supplier, fault)
    _prices(paper, brief, offer, fault)
    _terms(paper)
    paper.y += 20
    paper.paragraph(f"报价单位（盖章）：{supplier.registered_name}", indent=False)
    paper.paragraph(f"报价日期：{made_at:%Y 年 %m 月 %d 日}", indent=False)
    if fault.seal is not None:
        stamp_seal(
            paper.page,
            (430, paper.y - 8),
            name=supplier.registered_name,
            purpose="报价专用章",
            ink=fault.seal,
        )
    return paper.save(
        Properties(
            title=f"{supplier.name}报价单",
            author=f"{supplier.name}商务部",
            creator=PROGRAMS[offer.rank],
            producer="PyMuPDF",
            created=created,
            modified=created,
            xmp_created=made_at,
        )
    )


def _head(paper: Paper, brief: Brief, made_at: datetime, fault: Fault) -> None:
    trade = TRADES[brief.customer.path]
    buyer = brief.customer.contact(trade.buyer_role)
    valid = made_at + timedelta(days=fault.valid_days)
    paper.fields(
        (
            ("客户", brief.customer.registered_name),
            ("联系人", f"{buyer.name} · {buyer.email}"),
            ("项目", trade.project),
            ("有效期", f"{fault.valid_days} 天，至 {valid:%Y 年 %m 月 %d 日}"),
        )
    )


def _supplier(paper: Paper, supplier: Organisation, fault: Fault) -> None:
    numbers = registration_of(fault.numbers_of or supplier.key)
    tax_number = numbers.tax_number
    if fault.tax_number_wrong:
        tax_number = tax_number[:-1] + ("8" if tax_number[-1] == "6" else "6")
    paper.fields(
        (
            ("供应商", supplier.registered_name),
            ("统一社会信用代码", tax_number),
            ("开户银行", numbers.bank),
            ("银行账号", numbers.account),
            ("联系电话", registration_of(supplier.key).phone),
        )
    )


def _prices(paper: Paper, brief: Brief, offer: Offer, fault: Fault) -> None:
    lines = offer.lines(brief.customer.seats)[: fault.lines]
    total = sum(line[-1] for line in lines) + fault.added_fen
    net = net_of_vat(total)
    rows = [
        (str(n), item, f"{quantity}", unit, yuan(price), yuan(amount))
        for n, (item, quantity, unit, price, amount) in enumerate(lines, start=1)
    ]
    rows += [
        ("", "不含税金额", "", "", "", yuan(net)),
        ("", f"增值税（{VAT_PERCENT}%）", "", "", "", yuan(total - net)),
        ("", "含税合计", "", "", "", yuan(total)),
    ]
    header, shares = COLUMNS[offer.rank if fault.form_of is None else fault.form_of]
    paper.heading("报价明细（人民币元，单价含税）")
    paper.table(Table(header=header, rows=rows, shares=shares, right=frozenset({2, 4, 5})))
    paper.paragraph(f"合计大写：人民币{capitals(total)}", indent=False)


def _terms(paper: Paper) -> None:
    paper.heading("商务条款")
    for term in (
        "1. 付款方式：合同签订后付 40%，上线验收后付 50%，验收满三个月付 10%。",
        "2. 交付周期：合同签订后 60 个自然日内上线。",
        "3. 服务承诺：7×24 小时故障响应，重大故障 2 小时内到场或远程接入。",
    ):
        paper.paragraph(term, indent=False)
