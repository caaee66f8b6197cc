"""A check of a real site: every medical sentence is confirmed by a clinician, and reviewed within twelve months."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.utils import timezone

from . import claims


@register(Tags.security, deploy=True)
def claims_are_confirmed(**_: Any) -> list[Error]:
    """ldn.E001: sentences that nobody has signed; ldn.E002: sentences past their review."""
    unsigned, old = claims.unconfirmed(), claims.past_review(timezone.now().date())
    found = []
    if unsigned:
        told = ", ".join(unsigned)
        found.append(Error(f"A clinician has to confirm these claims first: {told}", id="ldn.E001"))
    if old:
        found.append(Error(f"These claims are past their review: {', '.join(old)}", id="ldn.E002"))
    return found
