"""Headers of every kind of response: pages, redirects, refusals, faults, static files."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django.fixtures import Settings

import tracker.views.diary
from ldnapp.people.models import Patient
from tests.conftest import Cast
from tracker import clock

from .access_table import TABLE
from .test_access_table import keys_of, path_of, sessions_of

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ONE_SITE = {"'self'", "'none'"}
OFF = ("camera", "geolocation", "microphone", "payment", "usb")
ALLOWED_BY_CSP = {
    "default-src": {"'self'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "connect-src": {"'self'"},
    "font-src": {"'self'"},
    "worker-src": {"'self'"},
    "manifest-src": {"'self'"},
    "frame-src": {"'none'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
    "form-action": {"'self'"},
}


def check(response: Any, *, is_static: bool = False) -> None:
    """The headers that every response has; "no-store" where it is a page."""
    headers = response.headers
    assert {name: headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert policy(headers["Content-Security-Policy"]) == ALLOWED_BY_CSP
    assert all(f"{feature}=()" in headers["Permissions-Policy"] for feature in OFF)
    assert ("no-store" in headers["Cache-Control"]) is not is_static
    assert "Server" not in headers


def policy(header: str) -> dict[str, set[str]]:
    """A content security policy as what each directive allows."""
    parts = (part.split() for part in header.split(";"))
    return {directive: set(sources) for directive, *sources in parts}


def broken(error: Exception) -> Callable[..., Any]:
    """A function that fails so."""

    def fail(*args: Any, **options: Any) -> Any:
        raise error

    return fail


def test_every_page_has_them_for_everybody(cast: Cast) -> None:
    """All URLs of the site, whoever asks: 200, 302, 403, 404 and 405."""
    keys, sessions = keys_of(cast), sessions_of(cast)
    statuses = set()
    for route in TABLE:
        for who in ("anonymous", "patient", "linked", "admin"):
            client = Client()
            client.cookies["session"] = sessions[who]
            response = client.get(path_of(route, keys))
            check(response)
            statuses.add(response.status_code)
    assert statuses == {200, 302, 403, 404, 405}


@pytest.mark.django_db
def test_refused_requests_have_them(patient: Patient, patient_client: Client) -> None:
    """400, 403, 413, 422 and 503 before a page is shown."""
    page = f"/diary/{clock.today(patient)}/"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(patient.user)
    cut_short: dict[str, Any] = {"CONTENT_LENGTH": "900", "wsgi.input": io.BytesIO(b"pain=6")}
    refused = {
        400: patient_client.post(page, "pain=6", content_type="application/x-www-form-urlencoded", **cut_short),
        403: strict.post(page, {"pain": "6"}),
        413: patient_client.post(page, {"note": "x" * 1_000_001}),
        422: patient_client.post(page, {"pain": "11"}),
        503: patient_client.get(page, headers={"sec-purpose": "prefetch"}),
    }
    assert {status: response.status_code for status, response in refused.items()} == {s: s for s in refused}
    for response in refused.values():
        check(response)
    strange = Client(headers={"host": "evil.example"}).get("/")
    assert strange.status_code == 400
    check(strange)


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "status"), [(RuntimeError("x"), 500), (OperationalError("x"), 503)])
def test_faults_have_them(
    monkeypatch: pytest.MonkeyPatch, patient_client: Client, error: Exception, status: int
) -> None:
    monkeypatch.setattr(tracker.views.diary, "read_day", broken(error))
    patient_client.raise_request_exception = False
    response = patient_client.get("/diary/")
    assert response.status_code == status
    check(response)


@pytest.mark.django_db
@pytest.mark.parametrize("file", ["ldnapp/site.css", "ldnapp/site.js", "vendor/bootstrap/5.3.9/bootstrap.min.css"])
def test_static_files_have_them_and_may_be_kept(settings: Settings, file: str) -> None:
    settings.WHITENOISE_USE_FINDERS = True  # as they are in the source
    response = Client().get(f"/static/{file}")
    assert response.status_code == 200
    check(response, is_static=True)
    response.close()


@pytest.mark.django_db
def test_on_https_the_browser_is_held_to_it(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_SSL_HOST = True, "diary.example.org"
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    client = Client()
    response = client.get("/", secure=True)
    assert response.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    check(response)
    for host in ("localhost", "evil.example"):
        to_https = client.get("/diary/?day=1", headers={"host": host})
        assert to_https.headers["Location"] == "https://diary.example.org/diary/?day=1"
        check(to_https)
    assert client.get("/healthz").status_code == 200, "asked from this machine, without https"


def test_no_policy_lets_code_in() -> None:
    """The check above, said once more so that nobody loosens both."""
    sources = set().union(*ALLOWED_BY_CSP.values())
    assert sources == ONE_SITE | {"data:"}
    assert [name for name, allowed in ALLOWED_BY_CSP.items() if "data:" in allowed] == ["img-src"]


@pytest.mark.parametrize("path", ["/accounts/logout/", "/admin/logout/"])
def test_signing_out_clears_what_the_browser_kept(cast: Cast, path: str) -> None:
    """P9, T18."""
    client = Client()
    cast.sign_in(client, "admin")
    assert "Clear-Site-Data" not in client.get(path).headers
    assert client.post(path).headers["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.django_db
def test_a_page_is_packed_only_where_that_is_understood(client: Client) -> None:
    packed = client.get("/", headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    check(packed)


@pytest.mark.django_db
def test_cookies_are_these_and_no_others(patient_client: Client) -> None:
    """T17: no message, note or name travels in a cookie."""
    response = patient_client.get("/settings/")
    assert set(response.cookies) <= {"session", "csrf"}
    for cookie in response.cookies.values():
        assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")
