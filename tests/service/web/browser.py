"""Test a page in a real browser: Debian's Chromium, our whole service behind it.

A test asks for the fixture `browse` and gets a page of the language and width that it names; at
its end nothing may have been logged as an error, and no policy may have been broken.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.service.servers import REQUIRED
from tests.service.web.scene import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apiflask import APIFlask
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
#: Anything that takes longer is broken.
PATIENCE_MS = 15_000
DESK, PHONE = (1280, 900), (390, 844)


class Browsing:
    """A browser in front of one service."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        #: What went wrong on any page: errors logged, exceptions, requests to somebody else.
        self.wrong: list[str] = []

    def open(self, path: str = "/", *, language: str = "zh", size: tuple[int, int] = DESK) -> Page:
        """Open a page as a stranger, or as whoever a cookie of `sign_in` says."""
        width, height = size
        context = self.browser.new_context(viewport={"width": width, "height": height})
        context.add_cookies(
            [{"name": "countermark_language", "value": language, "url": self.address}]
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", self._watch)
        page.goto(self.address + path)
        return page

    def sign_in(
        self, login: str, path: str = "/", *, language: str = "zh", size: tuple[int, int] = DESK
    ) -> Page:
        """Sign in as a person would, and go to `path`."""
        page = self.open(path, language=language, size=size)
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.wrong.append(message.text)

    def _watch(self, asked: Request) -> None:
        if not asked.url.startswith((self.address, "data:")):
            self.wrong.append(f"asked for {asked.url}")


def overflow(page: Page) -> int:
    """Say by how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@contextmanager
def browsing(app: APIFlask) -> Iterator[Browsing]:
    """Serve the application on a port of its own, with a browser in front of it."""
    _require_chromium()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=str(CHROMIUM), args=list(ARGUMENTS)
            )
            one = Browsing(browser, f"http://127.0.0.1:{server.server_port}")
            yield one
            browser.close()
        assert one.wrong == []
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _require_chromium() -> None:
    if CHROMIUM.exists():
        return
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{CHROMIUM} is not there, and {REQUIRED}=1 says that it must be")
    pytest.skip(f"{CHROMIUM} is not there: `make system` installs it")


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing: what goes wrong is in the pages."""
