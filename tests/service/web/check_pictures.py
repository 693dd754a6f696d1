"""Take the pictures of the checks' pages: `python -m tests.service.web.check_pictures`.

Three a check: a fault that is told, a fault that is not, and an honest file that is told of. All
are files of the demo company, made here, uploaded to a service of their own and photographed as
the review page shows the finding. Needs Chromium; takes about half a minute.
"""

from __future__ import annotations

import io
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from service.demo import authority, company, deliverables, load, server
from service.demo.documents import cto_letter, edits, quotes, roi_sheet
from service.demo.software_twins import other_total
from service.records import Role
from tests.service.web.browser import ARGUMENTS, CHROMIUM
from tests.service.web.pictures import COLOURS, PICTURES, SEED, _free_port, _sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from service.demo.company import Company, CustomerPlan, PersonPlan
    from service.demo.deliverables import DocumentPlan
    from service.demo.documents.brief import Brief, Draft

MOST_BYTES = 60_000
#: Wide enough that the two columns of the review page stand side by side.
WINDOW = (1500, 1000)
FILE_OF = {"quotes": "quote3", "cto_letter": "letter", "roi_sheet": "roi"}
LAST = 2
SPENT = "二、技术委员会同意上述结论。鉴于年度预算另有安排，本项目留待以后年度研究。"
WITHDRAWN = "二、此前拒绝该方案的意见已经撤回，同意采购，含税总价以我方收到的报价为准。"
OWN_WORDS = {label: f"{label[:2]}口径{row}" for row, label, _unit in roi_sheet.LABELS}


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: which finding of which file."""

    name: str
    item: str
    make: Callable[[Brief], Draft]
    check: str
    #: None: the finding of the check that passed.
    cause: str | None


def _quote(**fault: object) -> Callable[[Brief], Draft]:
    return partial(quotes.write, rank=LAST, fault=quotes.Fault(**fault))  # type: ignore[arg-type]


def _letter(decision: str) -> Callable[[Brief], Draft]:
    return partial(cto_letter.write, fault=cto_letter.Fault(decision=decision))


def _sheet(fault: roi_sheet.Fault) -> Callable[[Brief], Draft]:
    return partial(roi_sheet.write, fault=fault)


def _placeholder_filled(brief: Brief) -> Draft:
    """Let an honest supplier lay white over the day of its own form and write the right one."""
    good = quotes.write(brief, LAST)
    day = f"报价日期：{brief.made_at:%Y 年 %m 月 %d 日}"
    return replace(good, data=edits.painted_over(good.data, day, day))


SHOTS = (
    Shot("quote-hit", "quotes", _quote(valid_days=3), "quote.valid", "QUOTE_EXPIRED"),
    # The number has the right check digit, and no firm in the world has it.
    Shot("quote-miss", "quotes", _quote(), "quote.supplier", None),
    # All suppliers filled in the form that the customer sent them.
    Shot("quote-false", "quotes", _quote(form_of=0), "quote.rivals", "QUOTES_LOOK_ALIKE"),
    Shot("letter-hit", "cto_letter", _letter(cto_letter.REFUSAL), "letter.content",
         "LETTER_REFUSES"),
    Shot("letter-miss", "cto_letter", _letter(SPENT), "letter.content", None),
    Shot("letter-false", "cto_letter", _letter(WITHDRAWN), "letter.content", "LETTER_REFUSES"),
    Shot("workbook-hit", "roi_sheet", _sheet(roi_sheet.Fault(altered={"C23": 4.2})),
         "roi.recompute", "FIGURE_DIFFERS"),
    Shot("workbook-miss", "roi_sheet", _sheet(roi_sheet.Fault(typed_in=("D17",))),
         "roi.hardcoded", None),
    Shot("workbook-false", "roi_sheet",
         _sheet(roi_sheet.Fault(notes={"去年测算的净现值": 812_000.0})),
         "roi.hardcoded", "HARDCODED_FIGURE"),
    Shot("cost-sheet-hit", "roi_sheet", _sheet(roi_sheet.OUTDATED), "cost_sheet.version",
         "TEMPLATE_OUTDATED"),
    # Whatever the hour costs by now, this year's template holds last year's figure as well.
    Shot("cost-sheet-miss", "roi_sheet", _sheet(roi_sheet.SOUND), "cost_sheet.version", None),
    Shot("cost-sheet-false", "roi_sheet", _sheet(roi_sheet.Fault(words=OWN_WORDS)),
         "cost_sheet.version", "TEMPLATE_UNKNOWN"),
    Shot("hints-hit", "quotes", other_total, "hint.number_fonts", "NUMBER_MIXED"),
    # Written anew by the program that wrote the quote: no hint says a word, the sums do.
    Shot("hints-miss", "quotes", _quote(added_fen=1_000_000), "quote.totals", "TOTAL_DIFFERS"),
    Shot("hints-false", "quotes", _placeholder_filled, "hint.hidden", "TEXT_COVERED"),
)  # fmt: skip


def main() -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    whole, trusted = company.plan(SEED, at), authority.found(at)
    several, documents = _uploads(whole, trusted, at)
    reviewer = next(person for person in several.people if person.role == Role.REVIEWER)
    with tempfile.TemporaryDirectory() as folder:
        environment = server.prepare(Path(folder), several, trusted.root_pem)
        with server.serving(environment, _free_port()) as address:
            load.load(address, several, tuple(one for one in documents if not one.twin))
            shots = tuple(one for one in documents if one.twin)
            answered = load.load(address, several, shots)
            made = {one.plan.twin: one.deliverable_id for one in answered}
            with load.signed_in(address, several, reviewer.login) as client:
                places = {
                    shot.name: _place(client.get(f"/api/v1/deliverables/{made[shot.name]}"), shot)
                    for shot in SHOTS
                }
            _take(address, reviewer, [(s.name, made[s.name], places[s.name]) for s in SHOTS])


def _take(address: str, reviewer: PersonPlan, shots: list[tuple[str, str, int]]) -> None:
    """Photograph findings: name of the picture, the deliverable, the number of the finding."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        page = _sign_in(browser, address, reviewer, WINDOW)
        for name, deliverable, number in shots:
            page.goto(f"{address}/deliverables/{deliverable}")
            _keep(page, number, name)
        browser.close()


def _uploads(
    whole: Company, trusted: authority.Authority, at: datetime
) -> tuple[Company, tuple[DocumentPlan, ...]]:
    """Let one department of the first customer hand in each file, quotes after two good ones."""
    model = whole.customers[0]
    departments = tuple(_department(model, number) for number in range(len(SHOTS)))
    several = replace(whole, customers=departments)
    documents: list[DocumentPlan] = []
    for customer, shot in zip(departments, SHOTS, strict=True):
        before = ("quote1", "quote2") if shot.item == "quotes" else ()
        steps = (*before, FILE_OF[shot.item])
        *good, last = deliverables.catalogue(several, trusted, at, customer, steps=steps)
        draft = shot.make(deliverables.brief_of(several, trusted, customer, at=at, item=shot.item))
        documents += [*good, replace(last, data=draft.data, twin=shot.name)]
    return several, tuple(documents)


def _department(model: CustomerPlan, number: int) -> CustomerPlan:
    organisation = replace(model.organisation, name=f"{model.name}{number + 1}部")
    return replace(model, key=f"{model.key}{number + 1}", organisation=organisation)


def _place(deliverable: dict[str, object], shot: Shot) -> int:
    """Find the finding's number. Ends the program where the file is not told of as it must be."""
    report = deliverable["report"]
    checks = report["checks"] if isinstance(report, dict) else []
    for number, check in enumerate(checks):
        passes = shot.cause is not None or check["status"] == "PASSED"
        if (check["id"], check["sub_indication"]) == (shot.check, shot.cause) and passes:
            return number
    told = [(check["id"], check["status"], check["sub_indication"]) for check in checks]
    sys.exit(f"{shot.name}: {shot.check} {shot.cause} is not told; there are {told}")


def _keep(page: Page, number: int, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('details.passed').forEach(d => d.open = true)")
    page.wait_for_load_state("networkidle")
    finding = page.locator(f"#finding-{number}")
    finding.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(finding.screenshot())).convert("RGB")
    path = PICTURES / f"check-{name}.png"
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{path}: {size} bytes, at most {MOST_BYTES} are wanted")


if __name__ == "__main__":
    main()
