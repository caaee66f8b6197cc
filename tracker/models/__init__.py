"""The record: what a patient wrote down. Nothing else in the site holds health data."""

from .diary import DiaryEntry, Dose, DoseStatus, Timing
from .medicine import Medicine, MedicineUse, OpioidAnswer, OpioidLevel, OpioidsLately, Pregnancy, SafetyAnswers, YesNo
from .summary import Flag, Level, Summary
from .treatment import (
    Condition,
    Episode,
    MainSymptom,
    Pause,
    Plan,
    PlanKind,
    PlanStep,
    StopReason,
    Supply,
    SupplyForm,
)

__all__ = [
    "Condition",
    "DiaryEntry",
    "Dose",
    "DoseStatus",
    "Episode",
    "Flag",
    "Level",
    "MainSymptom",
    "Medicine",
    "MedicineUse",
    "OpioidAnswer",
    "OpioidLevel",
    "OpioidsLately",
    "Pause",
    "Plan",
    "PlanKind",
    "PlanStep",
    "Pregnancy",
    "SafetyAnswers",
    "StopReason",
    "Summary",
    "Supply",
    "SupplyForm",
    "Timing",
    "YesNo",
]
