"""The words that a patient agrees to before a prescriber can look. A changed word is a new version.

Every word of the screen that tells what a yes means stands here, so that the digest covers all of it.
A name is put in where "{…}" stands: {prescriber} will look, {through} passes the diary on to them,
{present} could look until now.
"""

import hashlib
from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

VERSION = 1
UNWRITTEN = 0  # the version of links that were accepted before the words had one

ASKS = "{prescriber} asks to see your diary"
THROUGH = (
    "{through} can look now, and would like to pass your diary on to {prescriber}. If you say no, {through} goes on "
    "as before."
)
INSTEAD = "Only one prescriber can look at a time: once you agree, {present} can no longer look."
SEES = (
    "All of your diary, back to the first day: every answer, dose and note. Also your name and date of birth.",
    "What you write from now on, once you save it.",
    "They can only look. They can’t change a word.",
)
WATCHES = (
    "Nobody watches live. {prescriber} looks when they choose to, not each time you write.",
    "In an emergency, call for help as you always would.",
)
ENDS = (
    "You can say no. Your diary works just the same.",
    "You can stop at any time under “More”: at once, and without a reason. {prescriber} sees that it ended, not why.",
    "What they printed or wrote down before that stays with them.",
    "Each time they look is noted, and you can read the list under “More”.",
)
SECTIONS = (("What they will see", SEES), ("Who watches", WATCHES), ("You decide", ENDS))
AGREE = "I agree: {prescriber} may look"
# Where these words have changed since a yes:
STAYS = "{prescriber} can look at your diary. Until you answer here, that stays as it is."
AGREE_ANEW = "I agree: {prescriber} may go on looking"


def sections(prescriber: str) -> list[tuple[str, list[SafeString]]]:
    """The words for this prescriber's name: headings with their sentences."""
    return [(title, _lines(lines, prescriber)) for title, lines in SECTIONS]


def what_they_see(prescriber: str) -> list[SafeString]:
    """Of these, what is shown of the diary."""
    return _lines(SEES, prescriber)


def _lines(lines: Sequence[str], prescriber: str) -> list[SafeString]:
    return [named(line, prescriber=prescriber) for line in lines]


def named(line: str, **names: str) -> SafeString:
    """One of our sentences with these names put in: each escaped, and apart if written from right to left."""
    return format_html(line, **{key: format_html("<bdi>{}</bdi>", name) for key, name in names.items()})


def digest() -> str:
    """SHA-256 of the words as they stand, which goes into the note of a consent beside the version."""
    lines = [line for title, sentences in SECTIONS for line in (title, *sentences)]
    return hashlib.sha256("\n".join([ASKS, THROUGH, INSTEAD, *lines, AGREE, STAYS, AGREE_ANEW]).encode()).hexdigest()
