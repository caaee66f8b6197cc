"""The safety questions: asked before the first dose and when things change. Nothing blocks the diary.

Plain data. What an answer leads to is said by claims of data/claims.toml; the rules that raise a flag are
in safety.py.
"""

from collections.abc import Mapping
from typing import Final

QUESTIONS_VERSION = 1  # another one with every change of the words below: tests hold their digest

QUESTIONS: Final[Mapping[str, str]] = {
    "opioids": (
        "Have you taken any opioid: a strong painkiller, or a medicine with codeine, also for a cough or diarrhoea?"
    ),
    "opioid_words": "Which one, in your words?",
    "liver": "Do you have, or did you have, a liver problem?",
    "kidneys": "Do you have a kidney problem?",
    "last_test_on": "When was your last blood test of liver and kidneys?",
    "allergy": "Have you ever had an allergic reaction to naltrexone?",
    "immune": "Do you take a medicine that damps the immune system?",
    "immune_words": "Which one?",
    "pregnancy": "Are you pregnant?",
    "breastfeeding": "Are you breastfeeding?",
    "operation": "Is an operation or a procedure planned?",
    "operation_on": "On which day, if you know it?",
}

# (question, answers) that lead to these claims, which are shown once it was answered so.
SAID: Final[tuple[tuple[str, frozenset[str], tuple[str, ...]], ...]] = (
    ("opioids", frozenset({"now", "lately", "long_lately"}), ("op-why", "op-before", "op-nosudden")),
    ("opioids", frozenset({"planned", "unsure"}), ("op-before", "op-otc")),
    ("liver", frozenset({"yes", "unsure"}), ("liver-kidney",)),
    ("kidneys", frozenset({"yes", "unsure"}), ("liver-kidney",)),
    ("allergy", frozenset({"yes", "unsure"}), ("allergy-ask",)),
    ("immune", frozenset({"yes", "unsure"}), ("immune",)),
    ("pregnancy", frozenset({"pregnant", "might", "trying"}), ("preg",)),
    ("breastfeeding", frozenset({"yes", "unsure"}), ("breastfeed",)),
    ("operation", frozenset({"yes", "unsure"}), ("surg",)),
)


def claims_for(answers: Mapping[str, object]) -> list[str]:
    """The keys of the claims that these answers lead to, each once, in the order of the questions."""
    found = [key for name, values, keys in SAID if answers.get(name) in values for key in keys]
    return list(dict.fromkeys(found))
