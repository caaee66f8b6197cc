"""What a phone with an empty cache fetches for a page: compressed bytes and requests."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from ldnapp.people.models import Patient
from tests import factories

CHART_LIBRARY = "chart.umd"
OWN_STYLE = 12_000  # bytes, compressed: what we add to Bootstrap on the heaviest page
CSS_FILE = re.compile(r"url\(\s*[\"']?(?!data:|#)([^\"')]+)")


class Load(NamedTuple):
    """The first load of a page: each file's compressed size; the page itself is one of them."""

    files: dict[str, int]

    @property
    def bytes(self) -> int:
        """All of it."""
        return sum(self.files.values())

    @property
    def own_style(self) -> int:
        """The style sheets that are ours."""
        return sum(size for name, size in self.files.items() if name.endswith(".css") and "/vendor/" not in name)


class Files(HTMLParser):
    """The files that a page makes a browser fetch; the icon for a home screen comes only when it is put there."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        url = said.get("src") or (
            said.get("href", "") if tag == "link" and said.get("rel") != "apple-touch-icon" else ""
        )
        if url and not url.startswith("data:"):
            self.urls.append(url)


def compressed(content: bytes) -> int:
    """Its size as it is sent. (Brotli would make it a fifth less; not every proxy lets it through.)"""
    return len(gzip.compress(content, mtime=0))


def content_of(url: str) -> bytes:
    """A static file, from its source."""
    found = finders.find(url.removeprefix(settings.STATIC_URL))
    assert isinstance(found, str), url
    return Path(found).read_bytes()


def first_load(client: Client, path: str) -> Load:
    """The page of this path with all that its HTML asks for. Our style sheets ask for nothing more."""
    page = client.get(path).content
    files = Files()
    files.feed(page.decode())
    contents = {url: content_of(url) for url in files.urls}
    assert not [url for url, content in contents.items() if url.endswith(".css") and CSS_FILE.search(content.decode())]
    return Load({path: compressed(page)} | {url: compressed(content) for url, content in contents.items()})


@pytest.fixture
def year(patient: Patient) -> Patient:
    """The patient, with a usual dose and most of a year behind them."""
    factories.give_plan(patient)
    factories.write_days(patient, 300, dose_status="taken", dose_mg="3.00", dose_timing="bedtime", note="A quiet day.")
    return patient


def test_the_diary_is_light(year: Patient, patient_client: Client) -> None:
    load = first_load(patient_client, reverse("tracker:diary_today"))
    assert load.bytes <= 120_000
    assert len(load.files) <= 8
    assert not [name for name in load.files if CHART_LIBRARY in name]


def test_the_picture_of_a_year_is_light(year: Patient, patient_client: Client) -> None:
    load = first_load(patient_client, reverse("tracker:progress"))
    assert load.bytes <= 220_000
    assert len(load.files) <= 10
    assert [name for name in load.files if CHART_LIBRARY in name]


@pytest.mark.parametrize("page", ["tracker:diary_today", "tracker:progress", "tracker:history", "access:sharing"])
def test_our_own_styles_stay_small(patient_client: Client, page: str) -> None:
    assert first_load(patient_client, reverse(page)).own_style <= OWN_STYLE
