"""The link between a patient and their prescriber, the invitation before it, and the note of every look."""

from .invitation import Invitation, InvitationState
from .link import CareLink
from .look import AccessEvent, Page, look
from .review import FlagReview

__all__ = ["AccessEvent", "CareLink", "FlagReview", "Invitation", "InvitationState", "Page", "look"]
