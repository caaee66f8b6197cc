"""{% claim "key" %}: a medical sentence from the claims file."""

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracker.claims import UNCONFIRMED, claim

register = template.Library()


@register.simple_tag(name="claim")
def show_claim(key: str) -> str | SafeString:
    """The sentence; in a demo it says where no clinician has confirmed it yet. KeyError for an unknown key."""
    said = claim(key)
    if said.confirmed or not settings.DEMO:
        return said.text
    return format_html('{} <small class="muted">({})</small>', said.text, UNCONFIRMED)
