"""The admin of people: makes, locks and mails them, and opens no diary on the way."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ldnapp.access.models import CareLink
from ldnapp.people.factor_resets import ask_reset
from ldnapp.people.models import Patient, Role, User
from tests import factories
from tests.conftest import NOTE, Cast
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
LISTS = (
    "people/patient",
    "people/clinician",
    "people/user",
    "people/event",
    "people/factorreset",
    "access/carelink",
    "access/invitation",
)
MODELS = [apps.get_model(path.replace("/", ".")) for path in LISTS]
NEW_PATIENT = {
    "email": "New.Patient@Example.org",
    "name": "Ash New",
    "date_of_birth": "1979-03-14",
    "country": "GB",
    "time_zone": "Europe/London",
}


@pytest.fixture
def _everything(cast: Cast) -> None:
    """A row in each list: an invitation, a reset that waits, events of them."""
    link = CareLink.objects.active().get(patient=cast.patient)
    factories.InvitationFactory(clinician=link.clinician, email="asked@example.org")
    ask_reset(link.clinician.user, by=User.objects.get(role=Role.ADMIN))
    assert all(model._default_manager.exists() for model in MODELS)


def test_only_people_links_and_what_happened_around_them_are_there() -> None:
    """D1, T4: no addresses, factors, groups, log entries, looks; and nothing of the record."""
    assert set(admin.site._registry) == set(MODELS)


def test_a_new_patient_gets_an_account_and_a_mail(desk: Client, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post("/admin/people/patient/add/", NEW_PATIENT).status_code == 302
        assert mail.outbox == [], "not before all is kept"
    patient = Patient.objects.get(name="Ash New")
    assert (patient.user.email, patient.user.role) == ("new.patient@example.org", Role.PATIENT)
    assert not patient.user.has_usable_password()
    assert not EmailAddress.objects.get(user=patient.user).verified
    assert [message.to for message in mail.outbox] == [["new.patient@example.org"]]
    assert "/accounts/password/reset/key/" in str(mail.outbox[0].body)


@pytest.mark.parametrize(("path", "role"), [("people/clinician", Role.CLINICIAN), ("people/user", Role.ADMIN)])
def test_a_new_clinician_or_admin_gets_one_too(
    desk: Client, path: str, role: Role, django_capture_on_commit_callbacks: Any
) -> None:
    form = {"email": "new@example.org", "name": "Dr New", "role": "patient", "password": PASSWORD, "is_active": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(f"/admin/{path}/add/", form).status_code == 302
    user = User.objects.get(email="new@example.org")
    assert (user.role, user.has_usable_password()) == (role, False)
    assert [message.to for message in mail.outbox] == [["new@example.org"]]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"email": "taken@example.org"}, "There is an account with this address already."),
        ({"email": "no address"}, "This does not look like an e-mail address."),
        ({"date_of_birth": "2020-01-01"}, "A patient must be 18 or over."),
        ({"time_zone": "GMT+4"}, "Choose a time zone that is named after a place"),
    ],
)
def test_bad_input_makes_nobody_and_mails_nobody(desk: Client, wrong: dict[str, str], why: str) -> None:
    factories.UserFactory(email="taken@example.org")
    before = User.objects.count()
    response = desk.post("/admin/people/patient/add/", {**NEW_PATIENT, **wrong})
    assert why in response.content.decode()
    assert User.objects.count() == before
    assert mail.outbox == []


def test_no_page_changes_an_address_a_role_or_a_password(desk: Client, cast: Cast) -> None:
    """D1: each of these would let an admin sign in as the patient."""
    user = cast.patient.user
    taken = {"email": "evil@example.org", "role": "admin", "password": "x" * 20, "password1": "x" * 20, "is_demo": "on"}
    desk.post(f"/admin/people/user/{user.pk}/change/", {**taken, "is_active": "on"})
    desk.post(f"/admin/people/patient/{cast.patient.pk}/change/", {**NEW_PATIENT, **taken, "user": "1"})
    for page in (f"user/{user.pk}/password/", f"user/{user.pk}/password/change/", "user/add/"):
        desk.post(f"/admin/people/{page}", {**taken, "email": "" if page == "user/add/" else "evil@example.org"})
    kept = User.objects.get(pk=user.pk)
    assert (kept.email, kept.role, kept.is_demo, kept.is_active) == (user.email, Role.PATIENT, False, True)
    assert kept.check_password(PASSWORD)
    assert Patient.objects.get(pk=cast.patient.pk).user_id == user.pk
    assert set(EmailAddress.objects.filter(user=user).values_list("email", flat=True)) == {user.email}


def test_no_page_has_a_field_for_them(desk: Client, cast: Cast) -> None:
    """T6: nor for a factor."""
    for path in (f"people/user/{cast.patient.user_id}", f"people/patient/{cast.patient.pk}"):
        names = re.findall(
            r'<(?:input|select)[^>]+ name="([^"]+)"', desk.get(f"/admin/{path}/change/").content.decode()
        )
        assert not [name for name in names if re.search("mail|role|password|user|factor|totp|demo", name)]


@pytest.mark.usefixtures("_everything")
def test_nothing_is_deleted(desk: Client) -> None:
    """T3: the page that would print what hangs on a patient is shut, too."""
    counts = [model._default_manager.count() for model in MODELS]
    for path in LISTS:
        model = apps.get_model(path.replace("/", "."))
        everyone = list(model._default_manager.values_list("pk", flat=True))
        desk.post(f"/admin/{path}/", {"action": "delete_selected", "_selected_action": everyone, "post": "yes"})
        for pk in everyone:
            for response in (desk.get(f"/admin/{path}/{pk}/delete/"), desk.post(f"/admin/{path}/{pk}/delete/")):
                assert response.status_code == 403
                assert NOTE not in response.content.decode()
    assert [model._default_manager.count() for model in MODELS] == counts


@pytest.mark.parametrize(
    "asked",
    [
        "people/user/?password__startswith=md5",
        "people/user/?mfa_authenticator__isnull=0",
        "people/patient/?user__password__startswith=md5",
        "people/patient/?diaryentry__isnull=0",
        "people/patient/?diaryentry__pain=6",
        "people/patient/?dose__isnull=0",
        "people/patient/?episode__isnull=0",
        "people/clinician/?user__password__startswith=md5",
        "access/carelink/?patient__diaryentry__pain=6",
        "access/carelink/?clinician__user__password__startswith=md5",
        "people/user/?patient__diaryentry__pain=6",
        "people/user/?_connector=OR",
        "people/event/?actor=9e0e36ee-2d59-4a3e-8c43-4bd8a7ee6b5e",
        "people/factorreset/?user__password__startswith=md5",
        "people/factorreset/?asked_by__password__startswith=md5",
        "access/invitation/?link_hash__startswith=a",
        "access/invitation/?code_hash__startswith=a",
        "access/invitation/?link__patient__diaryentry__pain=6",
    ],
)
def test_a_list_answers_no_question_that_it_does_not_offer(desk: Client, asked: str) -> None:
    """T4, T27: passwords letter by letter, or who has a diary."""
    assert desk.get(f"/admin/{asked}").status_code == 400


def test_the_filters_on_offer_work(desk: Client, cast: Cast) -> None:
    response = desk.get("/admin/people/user/?role__exact=admin&is_active__exact=1")
    assert [user.role for user in response.context["cl"].result_list] == [Role.ADMIN]


@pytest.mark.parametrize("word", ["private line", "3.00", NOTE])
def test_a_search_finds_names_and_addresses_only(desk: Client, word: str) -> None:
    for path in LISTS:
        assert desk.get(f"/admin/{path}/", {"q": word}).context["cl"].result_count == 0


@pytest.mark.usefixtures("_everything")
def test_no_page_of_the_admin_shows_a_word_of_a_diary(desk: Client, cast: Cast) -> None:
    """T3: everything that can be reached by links from its first page."""
    waiting, seen = ["/admin/"], set[str]()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        page: Any = desk.get(path, follow=True)
        body = page.content.decode()
        assert page.status_code == 200, path
        assert not re.search(f"{NOTE}|brain.?fog|fatigue|naltrexone|3\\.00|bedtime", body, re.IGNORECASE), path
        assert "/admin/tracker" not in body
        found = re.findall(r'href="(/admin/[^"#]*)', body)
        waiting += [link for link in dict.fromkeys(found) if link not in seen and link not in waiting]
    for path in LISTS:
        assert any(re.fullmatch(f"/admin/{path}/[^/]+/change/", page) for page in seen), path


def test_the_log_of_the_admin_names_nobody(desk: Client, cast: Cast) -> None:
    """T4."""
    desk.post("/admin/people/patient/add/", NEW_PATIENT)
    desk.post(f"/admin/people/patient/{cast.patient.pk}/change/", {**NEW_PATIENT, "name": "Ash Renamed"})
    desk.post("/admin/people/clinician/add/", {"email": "wren@example.org", "name": "Dr Wren"})
    assert LogEntry.objects.count() == 3
    for entry in LogEntry.objects.all():
        assert not re.search("Ash|Wren|@", f"{entry.object_repr} {entry.change_message} {entry}")


def test_a_password_mail_goes_to_the_own_address_only(
    desk: Client, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    """D1: nothing that is posted along sends it elsewhere."""
    EmailAddress.objects.create(user=cast.patient.user, email="pending@example.org", verified=False)
    chosen = {"action": "send_password_mail", "_selected_action": [cast.patient.user_id], "email": "evil@example.org"}
    with django_capture_on_commit_callbacks(execute=True):
        desk.post("/admin/people/user/", chosen)
    assert [message.to for message in mail.outbox] == [[cast.patient.user.email]]
    assert (mail.outbox[0].cc, mail.outbox[0].bcc) == ([], [])


def test_the_admin_signs_nobody_in_and_sets_no_password(desk: Client, cast: Cast) -> None:
    """T4: its own sign-in knows no second factor, its own password page mails nobody."""
    guess = {"username": cast.patient.user.email, "password": PASSWORD}
    assert desk.post("/admin/login/", guess).headers["Location"] == "/accounts/login/"
    assert desk.get("/admin/password_change/").headers["Location"] == "/accounts/password/change/"


@pytest.mark.parametrize(("name", "called"), [("Rose", "Rose (rose@example.org)"), ("", "rose@example.org")])
def test_a_page_and_its_message_say_whom_they_are_about(desk: Client, name: str, called: str) -> None:
    """But no title does, which a browser keeps; what happened is among the events, and no link says it isn't."""
    patient = factories.PatientFactory(name=name, user__email="rose@example.org")
    path = f"/admin/people/patient/{patient.pk}/change/"
    body = desk.get(path).content.decode()
    assert f"<h2><bdi>{called}</bdi></h2>" in body
    assert "<title>Change patient |" in body
    assert "historylink" not in body
    said = desk.post(path, {**NEW_PATIENT, "name": name}, follow=True).content.decode()
    assert f"<bdi>{called}</bdi></a>” was changed successfully" in said


@pytest.mark.parametrize("name", ["", "N" * 200, "רות"])
def test_any_name_fits_the_list(desk: Client, name: str) -> None:
    """P82."""
    factories.PatientFactory(name=name)
    assert desk.get("/admin/people/patient/").status_code == 200


def lists_with(rows: int, cast: Cast) -> None:
    """That many more people, links, invitations, resets and events."""
    admin_user = User.objects.get(role=Role.ADMIN)
    for link in factories.ActiveLinkFactory.create_batch(rows, clinician__user__role=Role.CLINICIAN):
        factories.InvitationFactory(clinician=link.clinician)
        factories.give_second_factor(link.patient.user)
        ask_reset(link.patient.user, by=admin_user)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_with_5_rows_and_with_50(desk: Client, cast: Cast, path: str) -> None:
    """P83, and no list is longer than a page, whatever it is asked for."""
    counts = []
    desk.get("/admin/")  # the first page of a session notes its use
    for rows in (5, 45):
        lists_with(rows, cast)
        with CaptureQueriesContext(connection) as queries:
            page: Any = desk.get(f"/admin/{path}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    changes = page.context["cl"]
    assert changes.result_count == apps.get_model(path.replace("/", "."))._default_manager.count()
    assert f"{changes.result_count} " in page.content.decode(), "the total is said"
    lists_with(1, cast)
    everything: Any = desk.get(f"/admin/{path}/?all=")
    assert len(everything.context["cl"].result_list) == 50
