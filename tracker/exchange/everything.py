"""Everything that the site holds about one patient, as one plain dictionary, for their own download.

Nothing here is about anyone else but the names of those who were allowed to look. A fixed number of
queries, whatever was written: ten years are a few megabytes.
"""

from datetime import datetime
from typing import Any

from ldnapp.people.models import Patient
from tracker.symptoms import BEST, SYMPTOMS, WORST, Symptom

from .account import account_of, events_of, sharing_of
from .record import history_of, record_of

FORMAT = "ldn-tracker"
FORMAT_VERSION = 1  # a new one where a field changes its name or meaning; a new field is none

READ_ME = {
    "dates": "YYYY-MM-DD: the day that an entry is about, in the time zone and with the end of day it was written in.",
    "moments": "ISO 8601, in UTC.",
    "null": "Not answered, not given or not recorded. Never zero, and never “not taken”.",
    "scores": f"Whole numbers. {BEST} is best and {WORST} is worst, for every symptom.",
    "doses": "Milligrams (mg), as exact decimal text.",
    "dose_status": "taken, or skipped (not taken). null: not recorded.",
    "side_effects": "[which, how much it was felt, own words] each; [] is none that day, null is not recorded.",
    "as_needed": "The ids of the when-needed medicines that were taken that day.",
    "plans": "Every version of the plan; each counts from its day “since” on, and earlier days keep the one before.",
    "flags": "What the rules of the site found in the record, for you and your prescriber to look at.",
    "history": "What was saved each time, oldest first; and what was refused, as the day had been changed meanwhile.",
}


def everything_about(patient: Patient, *, now: datetime) -> dict[str, Any]:
    """All of it: account, sharing, events, the record, and every older version of the record."""
    record, history = record_of(patient), history_of(patient)
    sharing, events = sharing_of(patient), events_of(patient)
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "made_at": now.isoformat(timespec="seconds"),
        "read_me": READ_ME,
        "symptoms": [_about(symptom) for symptom in SYMPTOMS],
        "account": account_of(patient),
        "sharing": sharing,
        "events": events,
        "record": record,
        "history": history,
        "counts": {
            **{name: len(rows) for name, rows in sharing.items()},
            "events": len(events),
            **{f"record_{name}": len(rows) for name, rows in record.items()},
            **{f"history_{name}": len(rows) for name, rows in history.items()},
        },
    }


def _about(symptom: Symptom) -> dict[str, str]:
    return {
        "key": symptom.key,
        "label": symptom.label,
        "question": symptom.question,
        "at_0": symptom.at_zero,
        "at_10": symptom.at_ten,
    }
