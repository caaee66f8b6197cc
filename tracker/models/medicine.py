"""Other medicines and the answers to the safety questions, as the patient gave them."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from ldnapp.people.models import Patient

from .record import RecordManager, RecordQuerySet, kept_history
from .treatment import NAME_MAX


class MedicineUse(models.TextChoices):
    """How a medicine is taken."""

    REGULAR = "regular", "Regularly"
    AS_NEEDED = "as_needed", "When needed"


class OpioidAnswer(models.TextChoices):
    """What was said to "is this an opioid that you take?"; empty: not answered yet."""

    NOW = "now", "I take it now"
    LATELY = "lately", "In the last 14 days"
    LONG_LATELY = "long_lately", "A patch or long-acting one, in the last 28 days"
    PLANNED = "planned", "It is only planned"
    NOT_ME = "not_me", "No, not me"


class OpioidLevel(models.TextChoices):
    """How much a recognised name matters (tracker/medicines.py); empty: nothing was recognised."""

    URGENT = "urgent", "Urgent"
    SOON = "soon", "Soon"
    INFO = "info", "For information"
    UNSURE = "unsure", "Did you mean"


class MedicineQuerySet(RecordQuerySet["Medicine"]):
    """Medicines by when they are taken."""

    def taken_on(self, day: date) -> Self:
        """Those that are taken on this day, as far as their dates say."""
        begun = Q(since__isnull=True) | Q(since__lte=day)
        return self.filter(begun, Q(until__isnull=True) | Q(until__gte=day))


class Medicine(models.Model):
    """One other medicine, as the patient wrote it. What is not recognised is kept as written."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    name = models.CharField(max_length=NAME_MAX)
    use = models.CharField(max_length=9, choices=MedicineUse)
    since = models.DateField(null=True)  # None: since before the diary, or not known
    until = models.DateField(null=True)  # the last day; None: still taken
    added_on = models.DateField()  # the diary date on which it was written down
    # What the matcher made of the name, and what the patient said to it.
    opioid = models.CharField(max_length=60, blank=True)  # the generic name; empty: nothing was recognised
    opioid_level = models.CharField(max_length=6, choices=OpioidLevel, blank=True)
    opioid_answer = models.CharField(max_length=11, choices=OpioidAnswer, blank=True)
    answered_on = models.DateField(null=True)  # the diary date of that answer

    objects = RecordManager.from_queryset(MedicineQuerySet)()
    history = kept_history()

    class Meta:
        constraints: ClassVar = [
            CheckConstraint(condition=Q(until__gte=F("since")), name="medicine_dates_in_order"),
            CheckConstraint(condition=Q(use__in=MedicineUse.values), name="medicine_use_is_known"),
            CheckConstraint(condition=~Q(name=""), name="medicine_has_a_name"),
            CheckConstraint(
                condition=Q(opioid_level__in=["", *OpioidLevel.values])
                & Q(opioid_answer__in=["", *OpioidAnswer.values]),
                name="medicine_opioid_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"medicine {self.pk}"  # no name: ends up in logs


class YesNo(models.TextChoices):
    """A plain answer; empty: not answered."""

    NO = "no", "No"
    YES = "yes", "Yes"
    UNSURE = "unsure", "Not sure"


class OpioidsLately(models.TextChoices):
    """Any opioid before the first dose, or now."""

    NO = "no", "No"
    NOW = "now", "Yes, now"
    LATELY = "lately", "Yes, in the last 14 days"
    LONG_LATELY = "long_lately", "A patch or long-acting one, in the last 28 days"
    PLANNED = "planned", "Not now, but planned"
    UNSURE = "unsure", "Not sure"


class Pregnancy(models.TextChoices):
    """Pregnant, or may be; empty: not answered."""

    NO = "no", "No"
    PREGNANT = "pregnant", "Yes"
    MIGHT = "might", "I might be"
    TRYING = "trying", "I am trying to be"
    NOT_FOR_ME = "not_for_me", "Does not apply to me"


class SafetyAnswersQuerySet(RecordQuerySet["SafetyAnswers"]):
    """Answers by when they were given."""

    def newest(self, patient: Patient) -> "SafetyAnswers | None":
        """The last that were given, or None."""
        return self.of(patient).order_by("-number").first()


class SafetyAnswers(models.Model):
    """The safety questions as answered once. Never changed: answering again is another row."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    number = models.PositiveSmallIntegerField()  # in the order of answering
    questions_version = models.PositiveSmallIntegerField()  # of the questions' words
    answered_on = models.DateField()  # the diary date
    answered_at = models.DateTimeField()
    answered_by = models.UUIDField(null=True)  # the event id of who answered
    opioids = models.CharField(max_length=11, choices=OpioidsLately, blank=True)
    opioid_words = models.CharField(max_length=NAME_MAX, blank=True)  # which, in the patient's words
    liver = models.CharField(max_length=6, choices=YesNo, blank=True)  # a liver problem
    kidneys = models.CharField(max_length=6, choices=YesNo, blank=True)
    last_test_on = models.DateField(null=True)  # the last liver and kidney blood test
    allergy = models.CharField(max_length=6, choices=YesNo, blank=True)  # to naltrexone
    immune = models.CharField(max_length=6, choices=YesNo, blank=True)  # medicine that damps the immune system
    immune_words = models.CharField(max_length=NAME_MAX, blank=True)
    pregnancy = models.CharField(max_length=10, choices=Pregnancy, blank=True)
    breastfeeding = models.CharField(max_length=6, choices=YesNo, blank=True)
    operation = models.CharField(max_length=6, choices=YesNo, blank=True)  # one is planned
    operation_on = models.DateField(null=True)
    is_adult = models.BooleanField()  # 18 or over on that day, by the date of birth

    objects = RecordManager.from_queryset(SafetyAnswersQuerySet)()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["patient", "number"], name="safety_answers_are_numbered"),
            CheckConstraint(
                condition=Q(operation_on__isnull=True) | Q(operation="yes"), name="safety_date_of_an_operation"
            ),
            CheckConstraint(
                condition=Q(opioids__in=["", *OpioidsLately.values])
                & Q(pregnancy__in=["", *Pregnancy.values])
                & Q(liver__in=["", *YesNo.values])
                & Q(kidneys__in=["", *YesNo.values])
                & Q(allergy__in=["", *YesNo.values])
                & Q(immune__in=["", *YesNo.values])
                & Q(breastfeeding__in=["", *YesNo.values])
                & Q(operation__in=["", *YesNo.values]),
                name="safety_answers_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"safety answers {self.pk}"
