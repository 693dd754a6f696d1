"""Take the pictures of the documentation: `python -m tests.service.web.pictures`.

Runs the demo company through a service of its own and writes queue.png, review.png,
review-phone.png and reuse.png into docs/pictures/. Needs Chromium; takes about half a minute.
"""

from __future__ import annotations

import io
import socket
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from service.demo import authority, company, deliverables, load, server
from service.records import Role
from tests.service.web.browser import ARGUMENTS, CHROMIUM, DESK, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from service.demo.company import PersonPlan

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
SEED = 2026
#: The customer for whom another one's report is handed in again.
COPIER = "yanping"
MOST_BYTES = 300_000
COLOURS = 128


def main() -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    plan, trusted = company.plan(SEED, at), authority.found(at)
    documents = deliverables.documents_for(plan, trusted, at)
    copier = plan.customer(COPIER)
    scan = deliverables.catalogue(plan, trusted, at, copier, steps=("poc_report!rescanned",))
    reviewer = next(person for person in plan.people if person.role == Role.REVIEWER)
    with tempfile.TemporaryDirectory() as folder:
        environment = server.prepare(Path(folder), plan, trusted.root_pem)
        with server.serving(environment, _free_port()) as address:
            answered = load.load(address, plan, (*documents, *scan))
            changed = next(
                answer.deliverable_id
                for answer in answered
                if answer.sub_indication == "CHANGED_AFTER_SIGNING"
            )
            take(address, reviewer, changed)
            copied = next(one for one in answered if one.plan.twin == "rescanned")
            take_both_sides(address, reviewer, copied.deliverable_id)


def take(address: str, reviewer: PersonPlan, deliverable_id: str) -> None:
    """Photograph a service that runs already."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        page = _sign_in(browser, address, reviewer, DESK)
        keep(page, "queue.png")
        page.goto(f"{address}/deliverables/{deliverable_id}")
        keep(page, "review.png")
        page = _sign_in(browser, address, reviewer, PHONE)
        page.goto(f"{address}/deliverables/{deliverable_id}")
        keep(page, "review-phone.png")
        browser.close()


def take_both_sides(address: str, reviewer: PersonPlan, deliverable_id: str) -> None:
    """Photograph a page beside the one that it was copied from."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        page = _sign_in(browser, address, reviewer, DESK)
        page.goto(f"{address}/deliverables/{deliverable_id}")
        keep(page, "reuse.png", ".both-sides >> nth=1")
        browser.close()


def keep(page: Page, name: str, part: str = "") -> None:
    """Write what the window, or a part of the page, shows, with few colours."""
    if part:  # pictures further down are fetched when one comes to them
        page.locator(part).scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    taken = page.locator(part).screenshot() if part else page.screenshot()
    shot = Image.open(io.BytesIO(taken)).convert("RGB")
    path = PICTURES / name
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{path}: {size} bytes, at most {MOST_BYTES} are wanted")


def _sign_in(browser: Browser, address: str, person: PersonPlan, size: tuple[int, int]) -> Page:
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#login", person.login)
    page.fill("#password", person.password)
    page.press("#password", "Enter")
    page.wait_for_url("**/reviews")
    return page


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
