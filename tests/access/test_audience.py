"""A page says who it is for; one that does not say so does not exist."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from pytest_django.fixtures import Settings

import ldnapp.urls
from ldnapp.access.audience import ADMIN, ANYONE, CLINICIAN, PAGES_BY_NAME, PATIENT, SIGNED_IN, Audience, audience
from ldnapp.people.models import Role
from tests import factories
from tests.conftest import AUDIENCES, Cast


def undeclared(request: HttpRequest) -> HttpResponse:
    """A page whose author forgot."""
    return HttpResponse("in")


def declared(who: Audience) -> Callable[[HttpRequest], HttpResponse]:
    """A page for these."""

    @audience(who)
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse("in")

    return page


PAGES = {"anyone": ANYONE, "signed-in": SIGNED_IN, "patient": PATIENT, "clinician": CLINICIAN, "admin": ADMIN}
urlpatterns = [
    path("trial/undeclared/", undeclared),
    *(path(f"trial/{name}/", declared(who)) for name, who in PAGES.items()),
    path("", include(ldnapp.urls.urlpatterns)),
]
LET_IN = {
    "undeclared": set(),
    "anyone": set(AUDIENCES),
    "signed-in": set(AUDIENCES) - {"anonymous", "deactivated"},
    "patient": {"patient", "other_patient"},
    "clinician": {"linked", "invited", "unlinked", "formerly_linked"},
    "admin": {"admin"},
}


@pytest.fixture(autouse=True)
def _trial_pages(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize("name", LET_IN)
def test_a_page_opens_for_those_it_is_for(cast: Cast, name: str) -> None:
    """Denied by default: an undeclared one is there for nobody, signed in or not."""
    opened = set()
    for who in AUDIENCES:
        client = Client()
        cast.sign_in(client, who)
        if client.get(f"/trial/{name}/").content == b"in":
            opened.add(who)
    assert opened == LET_IN[name]


def test_without_the_second_factor_setting_staff_need_none(cast: Cast, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    client = Client()
    cast.sign_in(client, "no_second_factor")
    assert client.get("/trial/clinician/").status_code == 200


@pytest.mark.django_db
def test_recovery_codes_alone_are_no_second_factor() -> None:
    clinician = factories.ClinicianFactory()
    clinician.user.authenticator_set.create(type="recovery_codes", data={})
    client = Client()
    client.force_login(clinician.user)
    assert client.get("/trial/clinician/").headers["Location"] == "/accounts/2fa/"


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "name"), [(Role.PATIENT, "patient"), (Role.CLINICIAN, "clinician")])
def test_an_account_without_its_person_has_no_pages(role: Role, name: str) -> None:
    user = factories.UserFactory(role=role)
    factories.give_second_factor(user)
    client = Client()
    client.force_login(user)
    assert client.get(f"/trial/{name}/").status_code == 404


@pytest.mark.django_db
def test_whoever_is_sent_to_sign_in_comes_back_to_the_page_they_asked_for() -> None:
    """With its query after a GET; a form that was sent comes back to its page."""
    assert Client().get("/trial/patient/?days=90").headers["Location"] == (
        "/accounts/login/?next=/trial/patient/%3Fdays%3D90"
    )
    assert Client().post("/trial/patient/?days=90").headers["Location"] == "/accounts/login/?next=/trial/patient/"


@pytest.mark.parametrize("name", PAGES_BY_NAME)
def test_a_page_that_is_listed_by_its_name_exists(name: str) -> None:
    """A name that its package has dropped would be dead words."""
    keys: dict[str, list[object]] = {
        "account_reset_password_from_key": ["1", "a-b"],
        "people:session_end": [1],
        "mfa_edit_webauthn": [1],
        "mfa_remove_webauthn": [1],
    }
    assert reverse(name, args=keys.get(name)).startswith("/accounts/")
