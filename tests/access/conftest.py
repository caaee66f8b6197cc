"""What the tests of invitations share: who invites, whom, and the invitation."""

import pytest

from ldnapp.access.models import Invitation
from ldnapp.people.models import Clinician, Patient
from tests import factories

THEIRS = "ash@example.org"
TOKEN, CODE = "a-token", "CDF-GHJ-KMN"


@pytest.fixture
def clinician(db: None) -> Clinician:
    """The one who invites."""
    made: Clinician = factories.ClinicianFactory(name="Dr Finch")
    return made


@pytest.fixture
def invited(clinician: Clinician) -> Invitation:
    """An invitation that was sent a moment ago."""
    made: Invitation = factories.InvitationFactory(clinician=clinician, email=THEIRS, token=TOKEN, code=CODE)
    return made


@pytest.fixture
def ash(db: None) -> Patient:
    """The invited person, with an account."""
    made: Patient = factories.PatientFactory(user__email=THEIRS)
    return made
