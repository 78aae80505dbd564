"""The system's Chromium, and a page that notes what a well-behaved page does not do."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

CHROMIUM = os.environ.get("MILKLINE_TEST_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; skips the test where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install it, or name one in MILKLINE_TEST_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Watched:
    """A page, the addresses it asked for, and what it complained of on the console, policy violations included."""

    page: Page
    requested: list[str] = field(default_factory=list[str])
    complaints: list[str] = field(default_factory=list[str])

    def foreign(self, base: str) -> list[str]:
        """The requests that left for another origin than `base`."""
        own = urlsplit(base).netloc
        return [url for url in self.requested if urlsplit(url).netloc not in ("", own)]


@contextmanager
def watched(browser: Browser, **options: Any) -> Iterator[Watched]:
    """A page in a context of its own, made with Playwright's context `options`."""
    context = browser.new_context(locale="zh-CN", **options)
    result = Watched(context.new_page())

    def on_console(message: ConsoleMessage) -> None:
        # An error page's own status is an error on the console; it is what was asked for.
        if message.type in ("error", "warning") and "Failed to load resource: the server responded with a status of 4" not in message.text:
            result.complaints.append(f"{message.type}: {message.text}")

    def on_request(request: Request) -> None:
        result.requested.append(request.url)

    result.page.on("console", on_console)
    result.page.on("pageerror", lambda error: result.complaints.append(f"uncaught: {error}"))
    result.page.on("request", on_request)
    try:
        yield result
    finally:
        context.close()
