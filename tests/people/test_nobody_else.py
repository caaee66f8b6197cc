"""Nobody is ever signed in as somebody else, and nothing but signing in opens an account."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.management import get_commands
from django.test import Client
from django.urls import get_resolver

from tests.conftest import Cast
from tests.site.test_access_table import keys_of, path_of, routes

ROUTES = sorted(set(routes(get_resolver().url_patterns)))
OURS = ("clinician", "ldnapp", "tracker")
SIGNS_IN = {"login", "force_login", "perform_login", "resume_login", "SessionStore"}


def whose(client: Client) -> str | None:
    """Who is signed in in this browser."""
    number: str | None = client.session.get(SESSION_KEY)
    return number


@pytest.mark.django_db
def test_no_page_of_an_admin_makes_them_somebody_else(cast: Cast, desk: Client) -> None:
    """P16: every URL of the site, opened and sent with every way to say whom one means."""
    admin, patient = cast.users["admin"], cast.patient.user
    assert admin is not None
    keys = keys_of(cast)
    meant: dict[str, str | int] = {
        "user": patient.pk,
        "user_id": patient.pk,
        "as": patient.email,
        "login": patient.email,
        "_su": "1",
    }
    desk.raise_request_exception = False
    for route in ROUTES:
        path = path_of(route, keys)
        for answer in (desk.get(path, meant), desk.post(path, meant)):
            assert answer.wsgi_request.user.pk in {admin.pk, None}, path
        assert whose(desk) in {str(admin.pk), None}, path
        if whose(desk) is None:  # it was a way to sign out
            desk.force_login(admin)


def test_no_url_is_named_for_it() -> None:
    """P16, P67: nor for a key that would stand in for signing in."""
    words = re.compile(
        r"hijack|impersonat|loginas|login-as|login_as|\bsu\b|sudo|masquerade|api|token-auth|oauth|webhook"
    )
    assert [route for route in ROUTES if words.search(route)] == []


def test_no_mail_carries_a_link_that_acts_by_itself() -> None:
    """P13, T13–T15: no unsubscribe, quick entry, calendar or push; a token opens a password or an invitation."""
    words = re.compile(r"unsubscribe|quick|stop-mail|ical|\.ics|calendar|push|subscri", re.IGNORECASE)
    assert [route for route in ROUTES if words.search(route)] == []
    assert sorted(route for route in ROUTES if re.search("token|key>", route)) == [
        "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        "invited/<str:token>/",
    ]


def test_no_command_and_no_code_of_ours_signs_anyone_in() -> None:
    """P16: only allauth does, after all its steps; a command that could would need these names."""
    ours = {name for name, app in get_commands().items() if app.split(".")[0] in OURS}
    assert {"create_admin", "demo"} <= ours
    found = []
    for folder in OURS:
        for file in (Path(settings.BASE_DIR) / folder).rglob("*.py"):
            called = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
            names = {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in called}
            found += [(file.name, name) for name in sorted(names & SIGNS_IN)]
    handed_on = [("adapter.py", "login"), ("forms.py", "login")]  # to allauth's own, after looking once more
    assert sorted(found) == handed_on


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["authorization", "x-api-key", "remote-user", "x-remote-user", "x-forwarded-user"])
def test_no_header_stands_in_for_signing_in(cast: Cast, header: str) -> None:
    """P67, T14: there are no keys, and no proxy's word on who it is."""
    email = cast.patient.user.email
    for value in (email, f"Bearer {cast.patient.pk}", "Basic cGF0aWVudDpwYXRpZW50"):
        client = Client(headers={header: value})
        assert client.get("/diary/").headers["Location"].startswith("/accounts/login/")
        assert client.get("/diary/", {"token": value, "api_key": value}).status_code == 302


@pytest.mark.django_db
def test_no_header_makes_a_plain_request_a_safe_one() -> None:
    """T25: without a proxy of ours nobody's word on https or on the host is taken."""
    headers = {"x-forwarded-proto": "https", "x-forwarded-host": "evil.example", "x-forwarded-ssl": "on"}
    answer = Client(headers=headers).get("/accounts/login/")
    assert not answer.wsgi_request.is_secure()
    assert answer.wsgi_request.get_host() == "testserver"
    assert "evil.example" not in answer.content.decode()
