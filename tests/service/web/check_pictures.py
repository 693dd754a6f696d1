"""Take the pictures of the checks' pages: `python -m tests.service.web.check_pictures`.

Three a check: a fault that is told, a fault that is not, and an honest file that is told of. All
are files of the demo company, made here, uploaded to a service of their own and photographed as
the review page shows the finding, in Chinese above and English below. Needs Chromium; takes about
two minutes. Names of checks leave out the others: `… check_pictures mail time`.
"""

from __future__ import annotations

import io
import sys
import tempfile
from dataclasses import replace
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
from tests.service.web import check_files
from tests.service.web.browser import ARGUMENTS, CHROMIUM
from tests.service.web.check_files import VERDICT, Shot
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
FILE_OF = {
    "quotes": "quote3",
    "cto_letter": "letter",
    "roi_sheet": "roi",
    "poc_report": "poc",
    "it_mail": "mail",
}
LANGUAGES = ("zh", "en")
#: The name with its verdict, what made it, and how many checks passed.
OF_VERDICT = (".head > div", ".findings > li:visible", "details.passed > summary")
#: Between the two languages, in pixels.
GAP = 10
LAST = 2
SPENT = "二、技术委员会认同第一条所述结论。年度预算已有别的用处，本项目留到以后年度。"
WITHDRAWN = "二、此前拒绝该方案的意见已经撤回，同意采购，含税总价以我方收到的报价为准。"
OWN_WORDS = {label: f"{label[:2]}口径{row}" for row, label, _unit in roi_sheet.LABELS}


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
    *check_files.SHOTS,
)  # fmt: skip


def main() -> None:
    chosen = tuple(
        shot for shot in SHOTS if not sys.argv[1:] or shot.name.rpartition("-")[0] in sys.argv[1:]
    )
    at = datetime.now(UTC).replace(microsecond=0)
    whole, trusted = company.plan(SEED, at), authority.found(at)
    several, documents = _uploads(whole, trusted, at, chosen)
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
                    for shot in chosen
                }
            _take(address, reviewer, [(s.name, made[s.name], places[s.name]) for s in chosen])


def _take(address: str, reviewer: PersonPlan, shots: list[tuple[str, str, int | None]]) -> None:
    """Photograph findings: name of the picture, the deliverable, the number of the finding."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        page = _sign_in(browser, address, reviewer, WINDOW)
        for name, deliverable, number in shots:
            taken = []
            for language in LANGUAGES:
                page.goto(f"{address}/language/{language}")
                page.goto(f"{address}/deliverables/{deliverable}")
                taken += _photographed(page, number)
            _keep(taken, name)
        browser.close()


def _uploads(
    whole: Company, trusted: authority.Authority, at: datetime, chosen: tuple[Shot, ...]
) -> tuple[Company, tuple[DocumentPlan, ...]]:
    """Let one department of the first customer hand in each file, quotes after two good ones."""
    model = whole.customers[0]
    departments = tuple(_department(model, number) for number in range(len(chosen)))
    several = replace(whole, customers=departments)
    documents: list[DocumentPlan] = []
    for customer, shot in zip(departments, chosen, strict=True):
        before = ("quote1", "quote2") if shot.item == "quotes" else ()
        steps = (*before, FILE_OF[shot.item])
        *good, last = deliverables.catalogue(several, trusted, at, customer, steps=steps)
        draft = shot.make(deliverables.brief_of(several, trusted, customer, at=at, item=shot.item))
        documents += [*good, _handed_in(last, draft, shot)]
    return several, tuple(documents)


def _handed_in(good: DocumentPlan, draft: Draft, shot: Shot) -> DocumentPlan:
    return replace(
        good, name=draft.name, media_type=draft.media_type, data=draft.data, twin=shot.name
    )


def _department(model: CustomerPlan, number: int) -> CustomerPlan:
    organisation = replace(model.organisation, name=f"{model.name}{number + 1}部")
    return replace(model, key=f"{model.key}{number + 1}", organisation=organisation)


def _place(deliverable: dict[str, object], shot: Shot) -> int | None:
    """Find the finding's number; None for the verdict.

    Ends the program where the file is not told of as it must be.
    """
    report = deliverable["report"]
    checks = report["checks"] if isinstance(report, dict) else []
    if shot.check == VERDICT and deliverable["verdict"] == shot.cause:
        return None
    for number, check in enumerate(checks):
        passes = shot.cause is not None or check["status"] == "PASSED"
        if (check["id"], check["sub_indication"]) == (shot.check, shot.cause) and passes:
            return number
    told = [(check["id"], check["status"], check["sub_indication"]) for check in checks]
    sys.exit(f"{shot.name}: {shot.check} {shot.cause} is not told; there are {told}")


def _photographed(page: Page, number: int | None) -> list[Image.Image]:
    """Photograph a finding; or the verdict, the first of what is open, and how much passed."""
    page.wait_for_load_state("networkidle")
    is_open = "false" if number is None else "true"
    page.evaluate(f"document.querySelectorAll('details.passed').forEach(d => d.open = {is_open})")
    page.wait_for_load_state("networkidle")
    parts = OF_VERDICT if number is None else (f"#finding-{number}",)
    taken = []
    for part in parts:
        found = page.locator(part).first
        if not found.count():
            continue
        found.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        taken.append(Image.open(io.BytesIO(found.screenshot())).convert("RGB"))
    return taken


def _keep(taken: list[Image.Image], name: str) -> None:
    """Write the pictures one below the other, with few colours."""
    high = sum(one.height + GAP for one in taken) - GAP
    shot = Image.new("RGB", (max(one.width for one in taken), high), "white")
    top = 0
    for one in taken:
        shot.paste(one, (0, top))
        top += one.height + GAP
    path = PICTURES / f"check-{name}.png"
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{path}: {size} bytes, at most {MOST_BYTES} are wanted")


if __name__ == "__main__":
    main()
