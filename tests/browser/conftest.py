"""A real Chromium, signed in as whoever a test needs, and axe-core."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page
from pytest_django.live_server_helper import LiveServer

from ldnapp.people.models import User

WAIT = 10_000  # ms
FAILED_TO_LOAD = "Failed to load resource: the server responded with a status of"
AXE = Path(__file__).parent / "vendor" / "axe-core" / "4.14.1" / "axe.min.js"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium; without its sandbox only where root can't have one; silent towards the world."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no Chromium on this machine")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium, "args": [*quiet, *sandbox]}


@dataclass
class Visitor:
    """One person at one browser: opens pages, and remembers what the console complained of."""

    context: BrowserContext
    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def listen(self, message: ConsoleMessage) -> None:
        """Keep errors and warnings: a refused style or script is among them. A page's own 404 or 422 is none."""
        is_status_of_page = FAILED_TO_LOAD in message.text and settings.STATIC_URL not in message.location["url"]
        if message.type in {"error", "warning"} and not is_status_of_page:
            self.complaints.append(message.text)

    def open(self, path: str) -> Page:
        """Go to a page of the site."""
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self, user: User) -> None:
        """Sign this user in past the sign-in page."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.base}])

    def forget_token(self) -> None:
        """Another CSRF secret in the cookie than the page was made with: it has been open for too long."""
        self.context.add_cookies([{"name": settings.CSRF_COOKIE_NAME, "value": "x" * 32, "url": self.base}])


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """Opens a browser of its own for a person: ``visit(user, PHONE, color_scheme="dark")``."""
    contexts: list[BrowserContext] = []

    def open_browser(user: User | None = None, device: dict[str, Any] = PHONE, **options: Any) -> Visitor:
        context = browser.new_context(**{**device, **options})
        context.set_default_timeout(WAIT)
        contexts.append(context)
        visitor = Visitor(context, context.new_page(), live_server.url)
        visitor.page.on("console", visitor.listen)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        if user is not None:
            visitor.sign_in(user)
        return visitor

    yield open_browser
    for context in contexts:
        context.close()


def radio(page: Page, symptom: str, score: int, *, hidden: bool = False) -> Locator:
    """One score of one symptom on the diary page, found as a screen reader does (or ``hidden`` in a closed row)."""
    group = page.get_by_role("group", name=symptom)
    return group.get_by_role("radio", name=re.compile(rf"^{score}\b"), include_hidden=hidden)


def violations(page: Page) -> list[str]:
    """What axe-core finds on this page, all rules on: "rule: target" for each node.

    Without preloading, which is for pages with other sites' style sheets and films.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations'], preload: false})")
    return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]
