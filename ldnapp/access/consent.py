"""The words that a patient agrees to before a prescriber can look. A changed word is a new version."""

import hashlib

VERSION = 1
UNWRITTEN = 0  # the version of links that were accepted before the words had one

# "{prescriber}" is the name of who will look.
SEES = (
    "{prescriber} will see every answer, dose and note of your diary, back to the first day, and each new one once "
    "you save it.",
    "They can look only. They can't change a word.",
)
WATCHES = (
    "Nobody watches live. In an emergency, call for help as you always would.",
    "The people who run this site look after accounts. They can't read your diary.",
)
ENDS = (
    "You can end this at any time under “More”, at once and without a reason.",
    "What they printed or wrote into their own notes before that stays with them.",
    "Each look is kept with its date, and you can read the list under “More”.",
)
SECTIONS = (("What they will see", SEES), ("Who watches", WATCHES), ("How to end it", ENDS))


def sections(prescriber: str) -> list[tuple[str, list[str]]]:
    """The words for this prescriber's name: headings with their sentences."""
    return [(title, [line.replace("{prescriber}", prescriber) for line in lines]) for title, lines in SECTIONS]


def digest() -> str:
    """SHA-256 of the words as they stand, which goes into the note of a consent beside the version."""
    text = "\n".join(line for title, lines in SECTIONS for line in (title, *lines))
    return hashlib.sha256(text.encode()).hexdigest()
