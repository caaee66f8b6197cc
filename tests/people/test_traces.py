"""What mentions an address, and what only looks so."""

from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django.fixtures import Settings

from ldnapp.people.addresses import mentions
from ldnapp.people.models import User
from ldnapp.people.traces import forget_mails, sessions_about
from tests import factories

ANN = "ann@example.org"
OTHERS = ["joann@example.org", "jo.ann@example.org", "jo-ann@example.org", "jo+ann@example.org", "o'ann@example.org"]
OTHERS += ["ann@example.org.uk", "ann@example.orgs", "ann@example.org-a.com", "ann@example_org"]
HERS = ["<ann@example.org>", "To: Ann@Example.org", "ann@example.org.", '"ann@example.org"', "mailto:ann@example.org,"]
HERS += ["(ann@example.org)", "?email=ann@example.org&a", "x\nann@example.org\ny", "It is ann@example.org. Is it?"]


@pytest.mark.parametrize("text", HERS)
def test_a_whole_address_is_found(text: str) -> None:
    assert mentions(text, ["birch@example.org", ANN])


@pytest.mark.parametrize("text", OTHERS)
def test_a_part_of_someone_elses_is_not(text: str) -> None:
    """P18: an erasure takes nothing of others."""
    assert not mentions(f"To: {text}", [ANN])


def session_with(typed: object) -> str:
    """A session of nobody that holds this; its key."""
    session = Client().session
    session["typed"] = typed
    session.save()
    return str(session.session_key)


@pytest.mark.django_db
def test_only_sessions_that_mention_them_are_theirs() -> None:
    """P18: at a line's beginning too, which a session keeps as a letter."""
    user: User = factories.UserFactory(email=ANN)
    hers = {session_with({"note": f"Mail me:\n{ANN}"}), session_with([ANN.upper()]), session_with(str(user.event_id))}
    others = {session_with({"email": each}) for each in OTHERS}
    assert set(sessions_about(user)) == hers
    assert Session.objects.filter(pk__in=others).count() == len(OTHERS)


def test_only_mails_that_mention_them_are_theirs(settings: Settings, tmp_path: Path) -> None:
    """P18."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    for number, to in enumerate([*OTHERS, ANN.title()]):
        (tmp_path / f"1-2-{number}.log").write_text(f"To: {to}\n\nHello")
    (tmp_path / "1-3-0.log").write_bytes(b"To: <ann@example.org>\n\n\xff\xfe")
    assert forget_mails([ANN]) == 2
    assert len(list(tmp_path.iterdir())) == len(OTHERS)
