"""The door's block: the database itself refuses to write in it, and shows one moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client, RequestFactory

import clinician.views
from ldnapp.access import door
from ldnapp.access.door import open_record
from ldnapp.access.models import AccessEvent, CareLink, Page
from ldnapp.people.models import Clinician, Patient, Role
from tests import factories
from tests.conftest import Cast
from tests.parallel import at_once
from tracker.views.progress import course_context

COURSE = "/clinic/patients/{}/"


def update_by_model() -> None:
    Patient.objects.update(name="changed")


def insert_by_model() -> None:
    Clinician.objects.create(user=factories.UserFactory(role=Role.CLINICIAN), name="new")


def delete_nested() -> None:
    with transaction.atomic():
        CareLink.objects.all().delete()


def update_by_sql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_patient SET name = 'changed'")


SLIPS = [update_by_model, insert_by_model, delete_nested, update_by_sql]


def make_the_view_write(monkeypatch: pytest.MonkeyPatch, slip: Callable[[], None]) -> None:
    """A slip in code: the page of a course writes while it reads."""

    def slipped(*args: Any) -> dict[str, Any]:
        slip()
        return course_context(*args)

    monkeypatch.setattr(clinician.views, "course_context", slipped)


@pytest.mark.parametrize("slip", SLIPS)
def test_a_view_that_tries_to_write_fails(
    monkeypatch: pytest.MonkeyPatch, prescriber: Client, cast: Cast, slip: Callable[[], None]
) -> None:
    """The database itself refuses, and the connection can write again afterwards."""
    make_the_view_write(monkeypatch, slip)
    with pytest.raises(DatabaseError, match=r"readonly|read-only"):
        prescriber.get(COURSE.format(cast.patient.pk))
    assert Patient.objects.get(pk=cast.patient.pk).name == "Ash Cast"
    Patient.objects.filter(pk=cast.patient.pk).update(name="Ash Written")
    assert Patient.objects.get(pk=cast.patient.pk).name == "Ash Written"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("slip", SLIPS)
def test_it_fails_outside_a_tests_transaction_too(monkeypatch: pytest.MonkeyPatch, slip: Callable[[], None]) -> None:
    """As in real use: the look is committed, the slip is not, and the next request can write."""
    link = factories.ActiveLinkFactory(patient__name="Ash Real")
    factories.give_second_factor(link.clinician.user)
    client = Client(raise_request_exception=False)
    client.force_login(link.clinician.user)
    make_the_view_write(monkeypatch, slip)
    assert client.get(COURSE.format(link.patient.pk)).status_code in {500, 503}
    assert AccessEvent.objects.count() == 1
    assert Patient.objects.get().name == "Ash Real"
    Patient.objects.update(name="Ash Written")
    assert Patient.objects.get().name == "Ash Written"


@pytest.mark.django_db(transaction=True)
def test_a_block_sees_one_moment_and_its_look_is_there_for_others() -> None:
    """D3: what ends or is written meanwhile is not half of the page."""
    link = factories.ActiveLinkFactory(patient__name="Ash Before")

    def meanwhile() -> int:
        Patient.objects.update(name="Ash After")
        return AccessEvent.objects.count()

    with open_record(link.clinician.user, link.patient.pk, Page.COURSE):
        assert at_once([meanwhile]) == [1]
        assert Patient.objects.get().name == "Ash Before"
    assert Patient.objects.get().name == "Ash After"


def test_a_session_is_saved_after_the_block(prescriber: Client, cast: Cast) -> None:
    """Its use is noted by middleware, outside."""
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
        assert prescriber.get(COURSE.format(cast.patient.pk)).status_code == 200
        assert datetime.now(UTC).timestamp() - prescriber.session["used_at"] < 60


def test_a_template_is_filled_inside_the_block(cast: Cast, rf: RequestFactory) -> None:
    """A lazy response would read the record after the door has closed."""

    @door.opens_record(Page.COURSE)
    def lazy(request: Any, patient: Patient) -> HttpResponse:
        template: Any = engines["django"].from_string("{{ patient.name }}")
        return TemplateResponse(request, template, {"patient": patient})

    request: Any = rf.get("/")
    request.user = cast.users["linked"]
    response: Any = lazy(request, cast.patient.pk)
    assert response.is_rendered
    assert response.content == b"Ash Cast"
