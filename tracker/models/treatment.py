"""The treatment: episodes, what a dose is made of, and every version of the plan, as the prescriber decided."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from ldnapp.people.models import Patient
from tracker.dose import MAX_MG, MIN_MG
from tracker.plan import MOST_DOSES
from tracker.supply import MAX_STRENGTH, MIN_STRENGTH
from tracker.symptoms import SYMPTOM_KEYS

from .diary import Timing
from .record import RecordManager, RecordQuerySet, Row, kept_history

WORDS_MAX = 500  # characters of what the prescriber said
NAME_MAX = 200


class StopReason(models.TextChoices):
    """Why a treatment ended."""

    NO_EFFECT = "no_effect", "It did not help"
    SIDE_EFFECT = "side_effect", "Side effects"
    COST = "cost", "The cost"
    FELT_WELL = "felt_well", "I felt well"
    OTHER = "other", "Another reason"


class Condition(models.TextChoices):
    """What the medicine is tried for; may stay empty."""

    FIBROMYALGIA = "fibromyalgia", "Fibromyalgia"
    ME = "me", "ME or chronic fatigue syndrome"
    BOTH = "both", "Both"
    OTHER = "other", "Something else"


class PlanKind(models.TextChoices):
    """What a version of the plan came from."""

    WRITTEN = "written", "Written down"
    HELD = "held", "Stay on this dose"
    BACK = "back", "Back to an earlier dose"
    STOPPED = "stopped", "Nothing planned any more"


class SupplyForm(models.TextChoices):
    """What the pharmacy made."""

    CAPSULES = "capsules", "Capsules"
    LIQUID = "liquid", "Liquid"
    OTHER = "other", "Something else"


class EpisodeQuerySet(RecordQuerySet["Episode"]):
    """Episodes by their days."""

    def current(self, patient: Patient) -> "Episode | None":
        """The one that is open, or None."""
        return self.of(patient).filter(ended_on__isnull=True).first()

    def newest(self, patient: Patient) -> "Episode | None":
        """The open one, else the last that ended; None before the first."""
        return self.of(patient).order_by("-opened_on").first()


class Episode(models.Model):
    """One treatment, from the day on which someone thinks about starting (the baseline begins) to its last day."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    opened_on = models.DateField()
    already_taking = models.BooleanField(default=False)  # on LDN when they joined: no baseline, ever
    began_on = models.DateField(null=True)  # of already_taking: when LDN was begun, as remembered; None: not known
    starts_on = models.DateField(null=True)  # the planned first dose; None: not known yet
    condition = models.CharField(max_length=12, choices=Condition, blank=True)
    raise_words = models.CharField(max_length=WORDS_MAX, blank=True)  # the prescriber's: when to raise
    stop_words = models.CharField(max_length=WORDS_MAX, blank=True)  # when to stop, agreed before the first dose
    restart_words = models.CharField(max_length=WORDS_MAX, blank=True)  # what to do after days without a dose
    review_on = models.DateField(null=True)  # the review date agreed up front
    reviewed_on = models.DateField(null=True)  # when that review took place; None: not yet
    ended_on = models.DateField(null=True)  # the last day of it, itself included; None: open
    stop_reason = models.CharField(max_length=11, choices=StopReason, blank=True)
    stop_note = models.CharField(max_length=WORDS_MAX, blank=True)

    objects = RecordManager.from_queryset(EpisodeQuerySet)()
    history = kept_history()

    class Meta:
        # That no two episodes of a patient share a day is held by triggers: see migration 0002.
        constraints: ClassVar = [
            UniqueConstraint(fields=["patient"], condition=Q(ended_on__isnull=True), name="episode_one_open"),
            UniqueConstraint(fields=["patient", "opened_on"], name="episode_one_from_a_day"),
            CheckConstraint(condition=Q(ended_on__gte=F("opened_on")), name="episode_ends_after_it_opens"),
            CheckConstraint(condition=Q(starts_on__gte=F("opened_on")), name="episode_starts_after_it_opens"),
            CheckConstraint(
                condition=Q(began_on__isnull=True) | Q(already_taking=True, began_on__lte=F("opened_on")),
                name="episode_began_before_it_opens",
            ),
            CheckConstraint(
                condition=Q(ended_on__isnull=True, stop_reason="") | Q(ended_on__isnull=False) & ~Q(stop_reason=""),
                name="episode_ends_with_a_reason",
            ),
            CheckConstraint(condition=Q(stop_reason__in=["", *StopReason.values]), name="episode_reason_is_known"),
            CheckConstraint(condition=Q(condition__in=["", *Condition.values]), name="episode_condition_is_known"),
        ]

    def __str__(self) -> str:
        return f"episode {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.ended_on is None

    def holds(self, day: date) -> bool:
        """Whether this day is part of it; its last day is."""
        return self.opened_on <= day and (self.ended_on is None or day <= self.ended_on)


class OfEpisodeQuerySet(RecordQuerySet[Row]):
    """What belongs to an episode and counts from a day on."""

    def from_days(self, episode: Episode) -> Self:
        """Those of this episode, oldest first; the last of them whose day has come is in force."""
        return self.of(episode.patient).filter(episode=episode).order_by("since")


class MainSymptomQuerySet(OfEpisodeQuerySet["MainSymptom"]):
    """Main symptoms by their episodes."""


class MainSymptom(models.Model):
    """The symptom that the verdict is about, named before the first dose; a later change keeps its date."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="main_symptoms")
    since = models.DateField()
    symptom = models.CharField(max_length=20, choices=[(key, key) for key in SYMPTOM_KEYS])

    objects = RecordManager.from_queryset(MainSymptomQuerySet)()
    history = kept_history()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["episode", "since"], name="main_symptom_one_from_a_day"),
            CheckConstraint(condition=Q(symptom__in=SYMPTOM_KEYS), name="main_symptom_is_known"),
        ]

    def __str__(self) -> str:
        return f"main symptom {self.pk}"


class SupplyQuerySet(OfEpisodeQuerySet["Supply"]):
    """Supplies by their episodes."""


class Supply(models.Model):
    """What the pharmacy made, from a day on: capsules with their strengths, or a liquid with its own."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="supplies")
    since = models.DateField()
    form = models.CharField(max_length=8, choices=SupplyForm)
    capsules_mg = models.JSONField(default=list)  # of capsules: exact decimal texts, ["1.50", "3.00"]
    mg_per_ml = models.DecimalField(max_digits=4, decimal_places=2, null=True)  # of liquid: from the label
    pharmacy = models.CharField(max_length=NAME_MAX, blank=True)

    objects = RecordManager.from_queryset(SupplyQuerySet)()
    history = kept_history()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["episode", "since"], name="supply_one_from_a_day"),
            CheckConstraint(condition=Q(form__in=SupplyForm.values), name="supply_form_is_known"),
            CheckConstraint(
                condition=Q(form="liquid", mg_per_ml__isnull=False, mg_per_ml__range=(MIN_STRENGTH, MAX_STRENGTH))
                | ~Q(form="liquid") & Q(mg_per_ml__isnull=True),
                name="supply_liquid_has_a_strength",
            ),
        ]

    def __str__(self) -> str:
        return f"supply {self.pk}"


class PlanQuerySet(RecordQuerySet["Plan"]):
    """Versions by their episodes."""

    def of_episode(self, episode: Episode) -> Self:
        """Every version of this episode's plan, as they were written."""
        return self.of(episode.patient).filter(episode=episode).order_by("number")


class Plan(models.Model):
    """One version of the plan. It is never changed: another one is written, which counts from its own day on."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="plans")
    number = models.PositiveSmallIntegerField()  # in the order of writing
    since = models.DateField()  # the first day that it speaks of: never before the day of writing
    kind = models.CharField(max_length=7, choices=PlanKind, default=PlanKind.WRITTEN)
    hold_until = models.DateField(null=True)  # of a hold, where a day was named
    words = models.CharField(max_length=WORDS_MAX, blank=True)  # why, as the prescriber said
    written_at = models.DateTimeField()
    written_by = models.UUIDField(null=True)  # the event id of who wrote it

    objects = RecordManager.from_queryset(PlanQuerySet)()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["episode", "number"], name="plan_numbers_its_versions"),
            CheckConstraint(condition=Q(kind__in=PlanKind.values), name="plan_kind_is_known"),
            CheckConstraint(condition=Q(hold_until__gte=F("since")), name="plan_hold_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"


class PlanStepQuerySet(RecordQuerySet["PlanStep"]):
    """Steps by whose they are."""


class PlanStep(models.Model):
    """One dose of one step of one version. A split dose is more slots of the same date."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="steps")
    on = models.DateField()
    slot = models.PositiveSmallIntegerField(default=1)
    amount_mg = models.DecimalField(max_digits=4, decimal_places=2)
    timing = models.CharField(max_length=7, choices=Timing)

    objects = RecordManager.from_queryset(PlanStepQuerySet)()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["plan", "on", "slot"], name="step_one_on_a_day"),
            CheckConstraint(condition=Q(amount_mg__range=(MIN_MG, MAX_MG)), name="step_within_bounds"),
            CheckConstraint(condition=Q(timing__in=Timing.values), name="step_timing_is_known"),
            CheckConstraint(condition=Q(slot__range=(1, MOST_DOSES)), name="step_at_most_four_doses"),
        ]

    def __str__(self) -> str:
        return f"step {self.pk}"


class PauseQuerySet(RecordQuerySet["Pause"]):
    """Pauses by whose they are."""


class Pause(models.Model):
    """Why no dose was taken for a week or longer, by the first day without one; the pause is seen in the doses."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    since = models.DateField()
    reason = models.CharField(max_length=WORDS_MAX)

    objects = RecordManager.from_queryset(PauseQuerySet)()
    history = kept_history()

    class Meta:
        constraints: ClassVar = [UniqueConstraint(fields=["patient", "since"], name="pause_one_from_a_day")]

    def __str__(self) -> str:
        return f"pause {self.pk}"
