"""The first load of a page on a phone with an empty cache: every byte and request, as the site serves them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from .browser import Browser, Reply, site_with
from .data import made_people
from .database import own_database
from .floor import Person, PersonDay
from .progress import say

PHONE = "gzip, deflate, br, zstd"  # what the browsers of phones accept
CSS_FILE = re.compile(r"url\(\s*[\"']?(?!data:|#)([^\"')]+)")


@dataclass(frozen=True)
class Page:
    """A page and the most that its first load may come to."""

    name: str
    url: str
    bytes: int
    requests: int


class Files(HTMLParser):
    """Collects what a browser fetches for a page: styles, scripts, pictures, the icon of its tab."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        # The icon for a home screen is fetched only when someone puts the site there.
        if tag == "link" and found.get("rel") in {"stylesheet", "icon", "preload", "modulepreload", "manifest"}:
            self.urls.append(found.get("href") or "")
        elif tag in {"script", "img"} and found.get("src"):
            self.urls.append(found["src"] or "")


def run() -> None:
    """Print what the first load of the diary and of the progress page comes to."""
    with own_database(Person, PersonDay):
        say("collecting and compressing static files")
        call_command("collectstatic", verbosity=0, interactive=False)
        say("making a patient")
        cast = made_people()
        phone = Browser(site_with(settings.MIDDLEWARE), cast.patient.user, settings.AUTHENTICATION_BACKENDS[0])
        for page in (
            Page("diary", reverse("tracker:diary_today"), 120_000, 8),
            Page("progress, a year", reverse("tracker:progress"), 220_000, 10),
        ):
            print_page(page, list(loaded(phone, page.url)))


def loaded(phone: Browser, url: str) -> Iterator[tuple[str, Reply]]:
    """The page and each file that it refers to, also through its styles; what scripts fetch later is not seen."""
    seen, waiting = set[str](), [url]
    while waiting:
        asked = waiting.pop(0)
        if asked in seen or asked.startswith("data:"):
            continue
        seen.add(asked)
        reply = phone.get(asked, PHONE)
        if reply.status != 200:
            raise RuntimeError(f"{asked}: {reply.status}")
        yield asked, reply
        waiting += (urljoin(asked, found) for found in referred(phone.get(asked, "identity")))


def referred(reply: Reply) -> list[str]:
    """The files that a page or a style sheet makes a browser fetch."""
    kind = reply.headers["Content-Type"]
    if kind.startswith("text/html"):
        files = Files()
        files.feed(reply.page.decode())
        return files.urls
    return CSS_FILE.findall(reply.page.decode()) if kind.startswith("text/css") else []


def print_page(page: Page, replies: list[tuple[str, Reply]]) -> None:
    """One line a request, then the sum beside the goal."""
    print(f"\n{page.name}")
    for url, reply in replies:
        print(f"{len(reply.body):>10,}  {reply.headers.get('Content-Encoding', 'as it is'):<8}  {url}")
    sent = sum(len(reply.body) for _, reply in replies)
    is_within = sent <= page.bytes and len(replies) <= page.requests
    print(
        f"{sent:>10,}  bytes in {len(replies)} requests, headers not counted; goal <= {page.bytes:,} "
        f"in <= {page.requests}: {'within' if is_within else 'OVER'}"
    )
