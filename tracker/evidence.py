"""What the page about the medicine is made of: the trials with their figures, and which claims stand where.

Figures are those of CLINICAL.md §1.1, each with its paper. Plain data and plain functions.
"""

from typing import NamedTuple

from tracker.claims import claim


class Trial(NamedTuple):
    """One randomised or placebo-controlled trial in fibromyalgia."""

    year: str
    people: str
    dose: str
    found: str  # the key of its claim
    result: str  # in three words
    link: str


class Picture(NamedTuple):
    """Two bars of one trial, medicine and dummy pill, on a scale that begins at nothing."""

    title: str
    unit: str
    on_ldn: float
    on_dummy: float
    most: float  # the end of the scale

    @property
    def bars(self) -> list[tuple[str, str, str, float, int]]:
        """(name, figure, pattern, width in per cent of the scale, y) of each bar."""
        both = (("LDN", self.on_ldn, "full"), ("Dummy pill", self.on_dummy, "hatched"))
        return [
            (name, f"{fall:g}{self.unit}", pattern, round(100 * fall / self.most, 1), 4 + 30 * place)
            for place, (name, fall, pattern) in enumerate(both)
        ]

    @property
    def words(self) -> str:
        """The same for someone who can't see it."""
        return f"{self.title}: {self.on_ldn:g}{self.unit} on LDN, {self.on_dummy:g}{self.unit} on the dummy pill."


TRIALS = (
    Trial(
        "2009", "10 women", "4.5 mg, 8 weeks", "ev-2009", "Better on LDN", "https://pubmed.ncbi.nlm.nih.gov/19453963/"
    ),
    Trial("2013", "31 women", "4.5 mg, 12 weeks", "ev-2013", "Better on LDN", "https://doi.org/10.1002/art.37734"),
    Trial(
        "2023",
        "58 people",
        "4.5 mg, 3 weeks",
        "ev-2023",
        "No difference",
        "https://doi.org/10.1097/PR9.0000000000001080",
    ),
    Trial(
        "2024",
        "99 women",
        "6 mg, 12 weeks",
        "ev-2024",
        "No clear difference",
        "https://doi.org/10.1016/S2665-9913(23)00278-3",
    ),
    Trial(
        "2026",
        "98 women",
        "4.5 mg, 12 months",
        "ev-innova",
        "No difference",
        "https://clinicaltrials.gov/study/NCT04739995",
    ),
)


def pictures() -> list[Picture]:
    """The falls in pain of the trials that give one for each group; per cent and points are never on one scale."""
    return [
        Picture("2013, 31 women: fall in pain, per cent of the start", " %", 28.8, 18.0, 50),
        Picture("2024, 99 women: fall in pain, points of 10", "", 1.3, 0.9, 2),
        Picture("2026, 98 women: fall in pain after 3 months, points of 10", "", 0.33, 0.64, 2),
    ]


# (anchor, heading, keys of claims), in the order of the page; opioids come before "is it for me?".
SECTIONS = (
    ("what", "What it is", ("what-naltrexone", "what-ldn", "what-offlabel", "what-made", "use-wide")),
    ("how", "How it may work", ("how-unknown", "how-idea-glia", "how-idea-endorphin")),
    (
        "more",
        "More about the trials",
        (
            "ev-2013-other",
            "ev-2013-responder",
            "ev-2024-memory",
            "ev-meta",
            "ev-clinic",
            "ev-who",
            "ev-individual",
            "placebo-why",
            "placebo-belief",
        ),
    ),
    ("when", "When people notice something", ("onset-early",)),
    (
        "effects",
        "Side effects",
        (
            "se-common",
            "se-dreams",
            "se-placebo",
            "se-worse-first",
            "se-timing",
            "se-liver",
            "se-allergy",
            "se-yellowcard",
        ),
    ),
    (
        "opioids",
        "Opioids and LDN",
        ("op-why", "op-which", "op-otc", "op-before", "op-nosudden", "op-emergency", "op-after", "carry-card"),
    ),
    ("cautions", "Other cautions", ("surg", "preg", "breastfeed", "liver-kidney", "immune")),
    ("prescribed", "How it is prescribed", ("dose-range", "dose-study", "missed", "cost-nhs", "cost-nice")),
    ("me", "ME and chronic fatigue syndrome", ("me-evidence", "me-trial", "me-nice")),
    ("beside", "Beside any medicine", ("life-pace", "life-sleep", "life-move")),
)
QUESTIONS = tuple(f"ask-{number}" for number in range(1, 8))


def sources() -> list[str]:
    """Every source that the page rests on, each once, by name."""
    keys = {key for _, _, section in SECTIONS for key in section} | {trial.found for trial in TRIALS}
    return sorted({source.strip() for key in keys for source in claim(key).source.split("; ")})
