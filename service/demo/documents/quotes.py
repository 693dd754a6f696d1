"""Three quotes for the same work: ours and two rivals', each on its own paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from service.demo.documents.amounts import VAT_PERCENT, capitals, net_of_vat, yuan
from service.demo.documents.brief import PDF, Draft
from service.demo.documents.emblems import stamp_seal
from service.demo.documents.paper import Letterhead, Paper, Table
from service.demo.documents.properties import Properties
from service.demo.documents.trades import TRADES

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One supplier's prices, all in fen and with VAT."""

    supplier: Organisation
    seat_price_fen: int
    service_price_fen: int
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
            (self.trade.day, self.training_days, "人天", TRAINING_DAY_FEN),
        )
        return [(item, n, unit, price, n * price) for item, n, unit, price in priced]

    def total_fen(self, seats: int) -> int:
        return sum(line[-1] for line in self.lines(seats))


def offers(brief: Brief) -> tuple[Offer, ...]:
    """What the three suppliers ask, ours first."""
    rng = brief.rng("quotes")
    customer = brief.customer
    rivals = rng.sample(brief.company.rivals, QUOTES - 1)
    asked = []
    for rank, supplier in enumerate((brief.company.organisation, *rivals)):
        percent = rng.randrange(*RIVAL_PERCENT) if rank else 100
        asked.append(
            Offer(
                supplier=supplier,
                seat_price_fen=customer.seat_price_fen * percent // 10_000 * 100,
                service_price_fen=customer.service_price_fen * percent // 10_000 * 100,
                training_days=rng.randrange(6, 13),
                rank=rank,
                trade=TRADES[customer.path],
            )
        )
    return tuple(asked)


def our_total_fen(brief: Brief) -> int:
    """Give our price with VAT: what the ROI workbook and the CTO's letter speak of, too."""
    return offers(brief)[0].total_fen(brief.customer.seats)


def write(brief: Brief, rank: int, *, created: datetime | None = None) -> Draft:
    """Write the quote of supplier `rank` (0..2).

    With `created` the Info dictionary says that it was written then; the XMP packet still says
    when it was.
    """
    offer = offers(brief)[rank]
    made_at = brief.made_at + timedelta(hours=rank, minutes=7 * rank)
    data = _page(brief, offer, made_at, created or made_at)
    name = f"{brief.customer.name}_报价单_{offer.supplier.name}.pdf"
    return Draft(name=name, media_type=PDF, data=data)


def _page(brief: Brief, offer: Offer, made_at: datetime, created: datetime) -> bytes:
    supplier = offer.supplier
    accent = ACCENTS[offer.rank]
    paper = Paper(
        Letterhead(
            name=supplier.registered_name,
            line=f"{supplier.address} · sales@{supplier.domain}",
            accent=accent,
        )
    )
    number = f"{supplier.key.upper()}-Q{made_at:%y%m%d}-{brief.customer.seats}"
    paper.title("报\u3000价\u3000单", number=f"报价编号：{number}")
    _head(paper, brief, made_at)
    _prices(paper, brief, offer)
    _terms(paper)
    paper.y += 26
    paper.paragraph(f"报价单位（盖章）：{supplier.registered_name}", indent=False)
    paper.paragraph(f"报价日期：{made_at:%Y 年 %m 月 %d 日}", indent=False)
    stamp_seal(paper.page, (430, paper.y - 8), name=supplier.registered_name, purpose="报价专用章")
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


def _head(paper: Paper, brief: Brief, made_at: datetime) -> None:
    trade = TRADES[brief.customer.path]
    buyer = brief.customer.contact(trade.buyer_role)
    valid = made_at + timedelta(days=VALID_DAYS)
    paper.fields(
        (
            ("客户", brief.customer.registered_name),
            ("联系人", f"{buyer.name} · {buyer.email}"),
            ("项目", trade.project),
            ("有效期", f"{VALID_DAYS} 天，至 {valid:%Y 年 %m 月 %d 日}"),
        )
    )


def _prices(paper: Paper, brief: Brief, offer: Offer) -> None:
    seats = brief.customer.seats
    total = offer.total_fen(seats)
    net = net_of_vat(total)
    rows = [
        (str(n), item, f"{quantity}", unit, yuan(price), yuan(amount))
        for n, (item, quantity, unit, price, amount) in enumerate(offer.lines(seats), start=1)
    ]
    rows += [
        ("", "不含税金额", "", "", "", yuan(net)),
        ("", f"增值税（{VAT_PERCENT}%）", "", "", "", yuan(total - net)),
        ("", "含税合计", "", "", "", yuan(total)),
    ]
    paper.heading("报价明细（人民币元，单价含税）")
    paper.table(
        Table(
            header=("序号", "项目", "数量", "单位", "单价", "金额"),
            rows=rows,
            shares=(0.7, 3.6, 1, 1, 1.9, 2.2),
            right=frozenset({2, 4, 5}),
        )
    )
    paper.paragraph(f"合计大写：人民币{capitals(total)}", indent=False)


def _terms(paper: Paper) -> None:
    paper.heading("商务条款")
    for term in (
        "1. 付款方式：合同签订后付 40%，上线验收后付 50%，验收满三个月付 10%。",
        "2. 交付周期：合同签订后 60 个自然日内上线。",
        "3. 服务承诺：7×24 小时故障响应，重大故障 2 小时内到场或远程接入。",
    ):
        paper.paragraph(term, indent=False)
