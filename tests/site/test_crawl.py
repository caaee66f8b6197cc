"""A walk through the whole site by its own links, as each of the ten audiences."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from tests import factories
from tests.conftest import AUDIENCES, NOTE, Cast
from tests.factories import PASSWORD

LINK = re.compile(r'<a\b[^>]*\bhref="([^"#][^"]*)"')
MOST_OF_A_KIND = 20  # pages of one view: the calendar leads back for a century
ENTRANCES = ("/", "/accounts/login/", "/invited/", "/healthz")
SEES_THE_NAME = {"linked", "admin", "patient"}


def walk(client: Client) -> Iterator[tuple[str, int, str]]:
    """(path, status, body) of every page that links lead to, redirects followed, queries left out."""
    waiting, seen, kinds = list(ENTRANCES), set[str](), Counter[str]()
    while waiting:
        path = waiting.pop()
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "", path)
        if path in seen or kinds[kind] == MOST_OF_A_KIND:
            continue
        seen.add(path)
        kinds[kind] += 1
        response = client.get(path, follow=True)
        body = b"".join(response).decode(errors="replace")  # a file is streamed
        yield path, response.status_code, body
        found = {urlsplit(urljoin(path, unescape(link))) for link in LINK.findall(body)}
        waiting += sorted({target.path for target in found if target.scheme in {"", "http"} and not target.netloc})


@pytest.mark.parametrize("who", AUDIENCES)
def test_links_lead_nowhere_that_is_shut_and_tell_nothing_of_others(cast: Cast, who: str) -> None:
    """P1, P5, P8, T1, T2: no dead link, no fault, and the patient's words on no page but their own."""
    stranger = factories.PatientFactory(name="Rowan Stranger", user__email="rowan.stranger@example.org")
    factories.write_day(stranger, note="a line of somebody else")
    client = Client(raise_request_exception=False)
    cast.sign_in(client, who)
    if cast.users[who] is not None:
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for path, status, body in walk(client):
        assert status == 200, f"{path} answers {status} to {who}"
        assert "a line of somebody else" not in body, path
        assert NOTE not in body or who == "patient", path
        assert cast.patient.name not in body or who in SEES_THE_NAME, path
        assert stranger.name not in body or who == "admin", path
        assert stranger.user.email not in body or who == "admin", path


def test_the_walk_reaches_the_pages_that_matter(cast: Cast) -> None:
    """Else the test above would be true of a site without links."""
    reached = {}
    for who in ("patient", "linked", "admin"):
        client = Client()
        cast.sign_in(client, who)
        reached[who] = {path for path, _, _ in walk(client)}
    assert {"/diary/", "/diary/history/", "/progress/", "/sharing/", "/settings/", "/accounts/2fa/"} <= reached[
        "patient"
    ]
    assert {"/clinic/", f"/clinic/patients/{cast.patient.pk}/", "/accounts/2fa/"} <= reached["linked"]
    assert {"/admin/", f"/admin/people/patient/{cast.patient.pk}/change/"} <= reached["admin"]
