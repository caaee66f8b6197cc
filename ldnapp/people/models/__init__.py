"""Who there is, what happened around their accounts, and a lost second factor on its way out."""

from .event import Event, EventKind
from .factor_reset import FactorReset
from .person import LATEST_DAY_END, Clinician, Patient, Role, Theme, User, age_on, must_be_adult

__all__ = [
    "LATEST_DAY_END",
    "Clinician",
    "Event",
    "EventKind",
    "FactorReset",
    "Patient",
    "Role",
    "Theme",
    "User",
    "age_on",
    "must_be_adult",
]
