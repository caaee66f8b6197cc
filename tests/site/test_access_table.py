"""Who gets in where: every URL of the site × ten audiences × seven methods."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from ldnapp.access.consent import VERSION
from ldnapp.access.models import CareLink
from ldnapp.people.models import Clinician, Event, EventKind, FactorReset
from tests import factories
from tests.conftest import AUDIENCES, NOTE, Cast
from tests.factories import PASSWORD
from tracker import clock
from tracker.models import Medicine

from .access_table import METHODS, TABLE

SEES_THE_NOTE = {("diary/", "patient"), ("diary/<date:day>/", "patient")}
ARE_TOLD_THE_NAME = {"linked", "admin"}
OWN_CARD = ("treatment/card/", "patient")  # to show to a dentist
OPEN_TO_ALL = {
    "",
    "healthz",
    "about-ldn/",
    "about-ldn/questions/",
    "help-now/",
    "help-now/worker.js",
    "invited/",
    "invited/<str:token>/",
    "accounts/login/",
    "accounts/inactive/",
    "accounts/signup/",
    "accounts/password/reset/",
    "accounts/password/reset/done/",
    "accounts/password/reset/key/done/",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
}
OWN_RECORD_AS_DATA = {"my-data/download/"}
GIVE_OWN_DATA = {*OWN_RECORD_AS_DATA, "accounts/2fa/recovery-codes/download/"}
KEPT = [
    model._meta.db_table
    for app in ("people", "access", "tracker", "account", "mfa")
    for model in apps.get_app_config(app).get_models()
]
WRITES = re.compile(rf'(?:INSERT INTO|UPDATE|DELETE FROM) "(?:{"|".join(KEPT)})".*')


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
        "invitations/<int:pk>": f"invitations/{factories.InvitationFactory(clinician=_linked(cast)).pk}",
        "medicines/<int:pk>": f"medicines/{_opioid(cast).pk}",
        "<str:token>": "no-such-token",
        "sessions/<int:pk>": f"sessions/{factories.make_device(cast.users['deactivated']).pk}",
        "keys/<int:pk>": f"keys/{Authenticator.objects.get(user=cast.users['linked']).pk}",
        "patient/<path:object_id>": f"patient/{cast.patient.pk}",
        "clinician/<path:object_id>": f"clinician/{link.clinician_id}",
        "user/<path:object_id>": f"user/{cast.patient.user_id}",
        "carelink/<path:object_id>": f"carelink/{link.pk}",
        "event/<path:object_id>": f"event/{Event.objects.create(kind=EventKind.ACCOUNT_MADE).pk}",
        "factorreset/<path:object_id>": f"factorreset/{_reset(cast).pk}",
        "invitation/<path:object_id>": f"invitation/{factories.InvitationFactory(clinician=_linked(cast)).pk}",
        "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-abc-def/",
        "^(?P<app_label>people|access)/$": "people/",
        "(?P<url>.*)$": "tracker/diaryentry/",
    }


def _opioid(cast: Cast) -> Medicine:
    """A medicine of the cast's patient that is asked about."""
    medicine: Medicine = Medicine.objects.create(
        patient=cast.patient,
        name="Codeine 30 mg",
        use="regular",
        added_on=clock.today(cast.patient),
        opioid="codeine",
        opioid_level="urgent",
    )
    return medicine


def _linked(cast: Cast) -> Clinician:
    """The patient's prescriber, whose invitation it is that stands in URLs."""
    return Clinician.objects.get(user=cast.users["linked"])


def _reset(cast: Cast) -> FactorReset:
    """An admin has asked for a reset of the prescriber's second factor."""
    made: FactorReset = FactorReset.objects.get_or_create(user=cast.users["linked"], asked_by=cast.users["admin"])[0]
    return made


MISSING = {"<uuid:patient_id>": UUID(int=0), "<int:pk>": 987_654}  # nobody's


def path_of(route: str, values: Mapping[str, object]) -> str:
    """The URL of this route with these values for its keys."""
    for key, value in values.items():
        route = route.replace(key, str(value))
    return f"/{route}"


def ask(session: str, method: str, path: str, data: Mapping[str, Any] | None = None) -> Any:
    """One request in this session, in a browser of its own; what it did to the database is taken back.

    The response carries what was written about people and their diaries, as SQL.
    """
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    written: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        written.extend(WRITES.findall(sql))
        return execute(sql, *args)

    with transaction.atomic(), connection.execute_wrapper(watch):
        response: Any = client.post(path, data) if data else client.generic(method, path)
        transaction.set_rollback(True)
    response.written = written
    return response


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
    path, sessions = path_of(route, keys_of(cast)), sessions_of(cast)
    wrong = []
    for who, session in sessions.items():
        for method in METHODS:
            expected, response = TABLE[route].status(who, method), ask(session, method, path)
            if response.status_code != expected:
                wrong.append(f"{method} by {who}: {response.status_code} instead of {expected}")
            if method in {"HEAD", "OPTIONS"} or expected >= 400 or TABLE[route].refuses(who):
                wrong += [f"{method} by {who}, refused, did {sql}" for sql in response.written]
            wrong += [f"{method} by {who} shows {what}" for what in shown(response, cast, route, who)]
    assert not wrong, "\n".join(wrong)


def shown(response: Any, cast: Cast, route: str, who: str) -> list[str]:
    """What this response tells of the patient that this audience may not know."""
    body = response.content.decode()
    told = {
        "the note": NOTE in body and (route, who) not in SEES_THE_NOTE,
        "the name": cast.patient.name in body and who not in ARE_TOLD_THE_NAME and (route, who) != OWN_CARD,
    }
    return [what for what, is_told in told.items() if is_told]


def test_the_note_is_on_the_patients_own_page(cast: Cast) -> None:
    """Else the checks above would look for something that is nowhere."""
    session = sessions_of(cast)["patient"]
    for route, _ in SEES_THE_NOTE:
        assert NOTE in ask(session, "GET", path_of(route, keys_of(cast))).content.decode()


def test_only_these_pages_are_open_to_everybody() -> None:
    """P8: one list of public pages, against the whole site."""
    assert {route for route, row in TABLE.items() if row.status("anonymous", "GET") == 200} == OPEN_TO_ALL


def test_no_url_gives_the_record_out_as_data() -> None:
    """P2: no chart's JSON, export, print or search has a URL, but a patient's own data; a new one needs its row."""
    as_data = "json|csv|pdf|print|export|chart|search|api|download"
    assert {route for route in TABLE if re.search(as_data, route)} == GIVE_OWN_DATA
    assert all(TABLE[route].refuses(who) for route in OWN_RECORD_AS_DATA for who in AUDIENCES if "patient" not in who)


@pytest.mark.parametrize("who", AUDIENCES)
def test_the_record_as_data_is_its_patients_alone(cast: Cast, who: str) -> None:
    """P1, P2: also for whoever has just shown who they are; a prescriber's link opens no file."""
    client = Client()
    cast.sign_in(client, who)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for route in OWN_RECORD_AS_DATA:
        body = client.post(f"/{route}", {"patient": str(cast.patient.pk)}).content.decode()
        assert (NOTE in body, cast.patient.name in body) == (who == "patient", who == "patient")


@pytest.mark.parametrize("who", AUDIENCES)
@pytest.mark.parametrize(
    ("method", "route"),
    [
        ("GET", "clinic/patients/<uuid:patient_id>/"),
        ("HEAD", "clinic/patients/<uuid:patient_id>/"),
        ("GET", "clinic/patients/<uuid:patient_id>/transfer/"),
        ("POST", "clinic/patients/<uuid:patient_id>/transfer/"),
        ("POST", "clinic/patients/<uuid:patient_id>/transfer/back/"),
        ("GET", "clinic/patients/<uuid:patient_id>/end/"),
        ("POST", "clinic/patients/<uuid:patient_id>/end/"),
        ("GET", "sharing/<int:pk>/"),
        ("POST", "sharing/<int:pk>/accept/"),
        ("POST", "sharing/<int:pk>/decline/"),
    ],
)
def test_anothers_record_looks_like_a_missing_one(cast: Cast, who: str, method: str, route: str) -> None:
    """T11: same status, same bytes, same queries."""
    answers = []
    session = sessions_of(cast)[who]
    for values in (keys_of(cast), MISSING):
        path = path_of(route, values)
        with CaptureQueriesContext(connection) as queries:
            response = ask(session, method, path)
        if response.status_code != 404:
            assert TABLE[route].status(who, method) == response.status_code
            return
        answers.append((response.status_code, response.content, len(queries)))
    assert answers[0] == answers[1]


def test_anothers_passkey_looks_like_a_missing_one(cast: Cast) -> None:
    """Its page opens only after the password was given once more."""
    client = Client()
    cast.sign_in(client, "patient")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    key = Authenticator.objects.create(user=cast.users["linked"], type=Authenticator.Type.WEBAUTHN, data={"name": "k"})
    for page in ("edit", "remove"):
        answers = [client.get(f"/accounts/2fa/webauthn/keys/{pk}/{page}/") for pk in (key.pk, 987_654)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content


@pytest.mark.parametrize("who", [who for who in AUDIENCES if who != "patient"])
@pytest.mark.parametrize("route", ["sharing/<int:pk>/accept/", "sharing/<int:pk>/decline/", "sharing/end/"])
def test_a_link_is_its_patients_alone(cast: Cast, who: str, route: str) -> None:
    """P4, P6: a POST that looks right changes nothing for anybody else."""
    path, said = path_of(route, keys_of(cast)), {"yes": "1", "version": str(VERSION)}
    response = ask(sessions_of(cast)[who], "POST", path, said)
    assert response.status_code == TABLE[route].status(who, "POST")
    assert response.written == []


@pytest.mark.parametrize("who", [who for who in AUDIENCES if "patient" not in who])
def test_a_diary_day_that_anyone_else_posts_is_kept_nowhere(cast: Cast, who: str) -> None:
    """P4: neither in the patient's diary nor in a session."""
    route, session = "diary/<date:day>/", sessions_of(cast)[who]
    response = ask(session, "POST", path_of(route, keys_of(cast)), {"pain": "9", "note": "not mine"})
    assert response.status_code == TABLE[route].status(who, "POST")
    assert response.written == []
    assert response.client.session.get("typed") is None
