"""Who gets in where: every URL of the site × ten audiences × seven methods."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from ldnapp.access.models import CareLink
from tests.conftest import AUDIENCES, NOTE, Cast
from tests.factories import PASSWORD
from tracker import clock

from .access_table import METHODS, TABLE

SEES_THE_NOTE = {("diary/", "patient"), ("diary/<date:day>/", "patient")}
ARE_TOLD_THE_NAME = {"linked", "admin"}
OPEN_TO_ALL = {
    "",
    "healthz",
    "accounts/login/",
    "accounts/inactive/",
    "accounts/signup/",
    "accounts/password/reset/",
    "accounts/password/reset/done/",
    "accounts/password/reset/key/done/",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
}
KEPT = [*(model for app in ("people", "access", "tracker") for model in apps.get_app_config(app).get_models())]
KEPT += [EmailAddress, Authenticator]


def routes(patterns: Sequence[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every URL of the site as its pattern, packages' pages included."""
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        else:
            yield path


def keys_of(cast: Cast) -> Mapping[str, object]:
    """What stands in a URL for each key: the patient, and the people around them."""
    link = CareLink.objects.proposed().get()
    return {
        "<date:day>": clock.today(cast.patient),
        "<uuid:patient_id>": cast.patient.pk,
        "sharing/<int:pk>": f"sharing/{link.pk}",
        "keys/<int:pk>": f"keys/{Authenticator.objects.get(user=cast.users['linked']).pk}",
        "patient/<path:object_id>": f"patient/{cast.patient.pk}",
        "clinician/<path:object_id>": f"clinician/{link.clinician_id}",
        "user/<path:object_id>": f"user/{cast.patient.user_id}",
        "carelink/<path:object_id>": f"carelink/{link.pk}",
        "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-abc-def/",
        "^(?P<app_label>people|access)/$": "people/",
        "(?P<url>.*)$": "tracker/diaryentry/",
    }


MISSING = {"<uuid:patient_id>": UUID(int=0), "<int:pk>": 987_654}  # nobody's


def path_of(route: str, values: Mapping[str, object]) -> str:
    """The URL of this route with these values for its keys."""
    for key, value in values.items():
        route = route.replace(key, str(value))
    return f"/{route}"


def ask(session: str, method: str, path: str, data: Mapping[str, Any] | None = None) -> Any:
    """One request in this session, in a browser of its own; what it did to the database is taken back."""
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic():
        response = client.post(path, data) if data else client.generic(method, path)
        response.rows = rows()
        transaction.set_rollback(True)
    return response


def rows() -> list[list[Any]]:
    """Everything that is stored about people and their diaries."""
    return [list(model._base_manager.order_by("pk").values_list()) for model in KEPT]


def sessions_of(cast: Cast) -> dict[str, str]:
    """A session for each audience, signed in where there is someone to sign in."""
    clients = {who: Client() for who in AUDIENCES}
    for who, client in clients.items():
        cast.sign_in(client, who)
    name = settings.SESSION_COOKIE_NAME
    return {who: client.cookies[name].value if name in client.cookies else "" for who, client in clients.items()}


def test_every_url_has_a_row() -> None:
    """A new page, of ours or of a package, has to say here who may open it."""
    assert sorted(routes(get_resolver().url_patterns)) == sorted(TABLE)


@pytest.mark.parametrize("route", TABLE)
def test_each_audience_gets_what_the_table_says(cast: Cast, route: str) -> None:
    """P1, P4, P5: status, body and rows, for every audience and method."""
    path, before = path_of(route, keys_of(cast)), rows()
    wrong = []
    for who, session in sessions_of(cast).items():
        for method in METHODS:
            response = ask(session, method, path)
            body = response.content.decode()
            expected = TABLE[route].status(who, method)
            if response.status_code != expected:
                wrong.append(f"{method} by {who}: {response.status_code} instead of {expected}")
            if NOTE in body and (method != "GET" or (route, who) not in SEES_THE_NOTE):
                wrong.append(f"{method} by {who} shows the note")
            if cast.patient.name in body and who not in ARE_TOLD_THE_NAME:
                wrong.append(f"{method} by {who} shows the name")
            if response.rows != before and (expected >= 400 or TABLE[route].refuses(who)):
                wrong.append(f"{method} by {who} changed something, though refused")
    assert wrong == []
