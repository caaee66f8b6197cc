"""Links in the admin: proposed and ended there, accepted never."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from ldnapp.access.admin import CareLinkAdmin
from ldnapp.access.door import patients_visible_to
from ldnapp.access.models import CareLink
from ldnapp.people.models import Event, EventKind, Patient, Role, User
from tests import factories
from tests.conftest import Cast
from tests.pages import words_of

pytestmark = pytest.mark.django_db


def user(cast: Cast, who: str) -> User:
    """That one of the cast, who is somebody."""
    found = cast.users[who]
    assert found is not None
    return found


def test_a_proposed_link_opens_nothing(desk: Client, cast: Cast) -> None:
    """D1: whatever is posted along, only the patient says yes."""
    clinician = user(cast, "unlinked").clinician
    form = {
        "patient": str(cast.patient.pk),
        "clinician": clinician.pk,
        "accepted_at": "2026-01-01 09:00",
        "accepted_at_0": "2026-01-01",
        "accepted_at_1": "09:00",
    }
    assert desk.post("/admin/access/carelink/add/", form).status_code == 302
    link = CareLink.objects.get(clinician=clinician)
    assert (link.accepted_at, link.ended_at) == (None, None)
    assert not patients_visible_to(clinician.user).exists()
    browser = Client()
    browser.force_login(clinician.user)
    assert browser.get(f"/clinic/patients/{cast.patient.pk}/").status_code == 404


def test_the_same_two_are_not_linked_twice(desk: Client, cast: Cast) -> None:
    form = {"patient": str(cast.patient.pk), "clinician": user(cast, "linked").clinician.pk}
    response = desk.post("/admin/access/carelink/add/", form)
    assert "These two already have a link, or one is proposed." in response.content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"patient": str(UUID(int=0)), "clinician": "0"},
        {"patient": "7", "clinician": "x"},
        {"patient": "' OR 1=1", "clinician": "9" * 40},
    ],
)
def test_a_proposal_without_its_people_is_refused_beside_the_fields(desk: Client, form: dict[str, str]) -> None:
    before = CareLink.objects.count()
    errors = desk.post("/admin/access/carelink/add/", form).context["adminform"].form.errors
    assert set(errors) == {"patient", "clinician"}
    assert CareLink.objects.count() == before


@pytest.mark.parametrize("query", [{"patient": "7"}, {"clinician": "x"}])
def test_a_forged_link_to_the_form_is_no_fault(desk: Client, query: dict[str, str]) -> None:
    assert desk.get("/admin/access/carelink/add/", query).status_code == 200


def test_a_proposal_is_noted_as_every_one_is(desk: Client, cast: Cast) -> None:
    clinician = user(cast, "unlinked").clinician
    form = {"patient": str(cast.patient.pk), "clinician": clinician.pk}
    page = desk.post("/admin/access/carelink/add/", form, follow=True)
    assert page.status_code == 200
    event = Event.objects.get(kind=EventKind.LINK_PROPOSED)
    admin, patient = user(cast, "admin"), cast.patient.user
    assert (event.actor, event.subject, event.other) == (admin.event_id, patient.event_id, clinician.user.event_id)
    assert CareLink.objects.filter(clinician=clinician).count() == 1


def test_no_post_of_an_admin_makes_a_link_active(desk: Client, cast: Cast) -> None:
    """D1: every page and every action of the admin, with whatever could be a yes."""
    before = set(CareLink.objects.active().values_list("pk", flat=True))
    proposed = CareLink.objects.proposed().get()
    invitation = factories.InvitationFactory(clinician=proposed.clinician, link=proposed)
    yes = {"accepted_at": "2026-01-01 09:00", "consent_version": "1", "version": "1", "yes": "1", "agree": "on"}
    for path, pk in (("access/carelink", proposed.pk), ("access/invitation", invitation.pk)):
        for action in ("accept", "accept_link", "open", "resend", "delete_selected", ""):
            desk.post(f"/admin/{path}/", {"action": action, "_selected_action": [pk], **yes})
        for page in ("add/", f"{pk}/change/", f"{pk}/accept/", f"{pk}/history/", f"{pk}/delete/"):
            desk.post(
                f"/admin/{path}/{page}", {**yes, "patient": proposed.patient_id, "clinician": proposed.clinician_id}
            )
    for page in (f"sharing/{proposed.pk}/accept/", "sharing/invitation/"):
        assert desk.post(f"/{page}", yes).status_code == 404
    assert set(CareLink.objects.active().values_list("pk", flat=True)) == before
    proposed.refresh_from_db()
    assert (proposed.accepted_at, proposed.consent_version, proposed.ended_at) == (None, None, None)


def test_an_invitation_is_withdrawn_and_shows_no_secret(desk: Client, cast: Cast) -> None:
    """P14, T7: nothing on its pages opens it."""
    invitation = factories.InvitationFactory(clinician=user(cast, "linked").clinician, email="asked@example.org")
    pages = ["/admin/access/invitation/", f"/admin/access/invitation/{invitation.pk}/change/"]
    for body in (desk.get(page).content.decode() for page in pages):
        assert "asked@example.org" in body
        assert "Pending" in body
        assert invitation.link_hash not in body
        assert invitation.code_hash not in body
    chosen = {"action": "withdraw", "_selected_action": [invitation.pk]}
    assert "1 withdrawn, 0 were over" in desk.post(pages[0], chosen, follow=True).content.decode()
    assert "0 withdrawn, 1 were over" in desk.post(pages[0], chosen, follow=True).content.decode()
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None
    event = Event.objects.get(kind=EventKind.INVITATION_WITHDRAWN)
    assert event.actor == user(cast, "admin").event_id


def test_an_address_that_was_forgotten_says_so(desk: Client, cast: Cast) -> None:
    factories.InvitationFactory(clinician=user(cast, "linked").clinician, email="")
    assert "forgotten" in desk.get("/admin/access/invitation/").content.decode()


def test_the_list_shows_who_and_since_when(desk: Client, cast: Cast) -> None:
    body = desk.get("/admin/access/carelink/").content.decode()
    assert "Ash Cast" in body
    assert user(cast, "linked").clinician.name in body


def test_no_link_is_changed(desk: Client, cast: Cast) -> None:
    proposed, other = CareLink.objects.proposed().get(), factories.PatientFactory()
    form = {"patient": str(other.pk), "clinician": proposed.clinician_id, "accepted_at": datetime.now(UTC).isoformat()}
    assert desk.post(f"/admin/access/carelink/{proposed.pk}/change/", form).status_code == 403
    proposed.refresh_from_db()
    assert (proposed.patient_id, proposed.accepted_at) == (cast.patient.pk, None)


def test_ending_a_link_closes_the_record_at_once(desk: Client, cast: Cast) -> None:
    """P7: a tab that is open gets nothing more."""
    tab = Client()
    cast.sign_in(tab, "linked")
    page = f"/clinic/patients/{cast.patient.pk}/"
    assert tab.get(page).status_code == 200
    links = list(CareLink.objects.filter(patient=cast.patient).values_list("pk", flat=True))
    ended_before = set(CareLink.objects.ended().values_list("pk", "ended_by"))
    desk.post("/admin/access/carelink/", {"action": "end_links", "_selected_action": links})
    assert tab.get(page).status_code == 404
    assert not CareLink.objects.filter(patient=cast.patient, ended_at__isnull=True).exists()
    now_ended = set(CareLink.objects.ended().values_list("pk", "ended_by")) - ended_before
    assert {by for _, by in now_ended} == {Role.ADMIN}, "those that had ended keep who ended them"
    assert len(now_ended) == 2


def test_people_are_found_by_name_and_told_apart_by_address(desk: Client, cast: Cast) -> None:
    """Two people of one name: the wrong one would be asked to open their diary."""
    twin = factories.PatientFactory(name=cast.patient.name)
    query = {"app_label": "access", "model_name": "carelink", "field_name": "patient", "term": "Ash"}
    found = desk.get("/admin/autocomplete/", query).json()["results"]
    assert {each["text"] for each in found} == {
        f"Ash Cast ({cast.patient.user.email})",
        f"Ash Cast ({twin.user.email})",
    }
    assert Patient.objects.filter(pk__in=[each["id"] for each in found]).count() == 2


@pytest.mark.parametrize(("model", "field"), [("carelink", "id"), ("accessevent", "subject"), ("patient", "user")])
def test_the_search_knows_only_the_two_fields_of_a_link(desk: Client, model: str, field: str) -> None:
    """T4."""
    query = {"app_label": "access", "model_name": model, "field_name": field, "term": "a"}
    assert desk.get("/admin/autocomplete/", query).status_code == 403


def test_a_proposal_that_another_admin_made_meanwhile_is_said(
    desk: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P29: a message, and one link."""
    clinician = user(cast, "unlinked").clinician
    save = CareLinkAdmin.save_model

    def beaten(self: CareLinkAdmin, *args: Any, **kwargs: Any) -> None:
        factories.CareLinkFactory(patient=cast.patient, clinician=clinician)
        save(self, *args, **kwargs)

    monkeypatch.setattr(CareLinkAdmin, "save_model", beaten)
    form = {"patient": str(cast.patient.pk), "clinician": clinician.pk}
    answer = desk.post("/admin/access/carelink/add/", form)
    assert answer.headers["Location"] == "/admin/access/carelink/add/"
    assert "already have a link, or one is proposed" in words_of(desk.get("/admin/access/carelink/add/"))
    assert not Event.objects.filter(kind=EventKind.LINK_PROPOSED).exists()


def test_the_list_of_links_tells_nameless_people_apart(desk: Client) -> None:
    factories.CareLinkFactory(patient__name="", patient__user__email="rose@example.org", clinician__name="Dr Wren")
    page = desk.get("/admin/access/carelink/").content.decode()
    assert "<bdi>rose@example.org</bdi>" in page
    assert "<bdi>Dr Wren (" in page
