"""The patient's pages."""

from datetime import date

from django.urls import path, register_converter

from .days import FIRST_DAY
from .views import medicines, plan, treatment
from .views.about import about, about_questions
from .views.card import card
from .views.diary import diary_day, diary_today
from .views.diary_move import diary_move
from .views.first_run import first_run
from .views.help_now import help_now, help_worker
from .views.history import history
from .views.my_data import download, my_data
from .views.progress import progress
from .views.safety import safety
from .views.settings import settings

app_name = "tracker"


class DateConverter:
    """A date as YYYY-MM-DD; what is no date, or one before this century, is no page."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        day = date.fromisoformat(value)
        if day < FIRST_DAY:
            raise ValueError(value)
        return day

    def to_url(self, day: date) -> str:
        return day.isoformat()


register_converter(DateConverter, "date")

urlpatterns = [
    path("diary/", diary_today, name="diary_today"),
    path("diary/history/", history, name="history"),
    path("diary/<date:day>/", diary_day, name="diary_day"),
    path("diary/<date:day>/move/", diary_move, name="diary_move"),
    path("progress/", progress, name="progress"),
    path("treatment/", treatment.treatment, name="treatment"),
    path("treatment/start/", first_run, name="first_run"),
    path("treatment/details/", treatment.details, name="details"),
    path("treatment/main-symptom/", treatment.main_symptom, name="main_symptom"),
    path("treatment/plan/", plan.write, name="plan"),
    path("treatment/hold/", plan.hold, name="hold"),
    path("treatment/back/", plan.back, name="back"),
    path("treatment/pause/", treatment.pause, name="pause"),
    path("treatment/stop/", treatment.stop, name="stop"),
    path("treatment/reviewed/", treatment.review_done, name="review_done"),
    path("treatment/card/", card, name="card"),
    path("treatment/medicines/", medicines.medicines, name="medicines"),
    path("treatment/medicines/<int:pk>/", medicines.medicine, name="medicine"),
    path("treatment/medicines/<int:pk>/opioid/", medicines.medicine_opioid, name="medicine_opioid"),
    path("treatment/medicines/<int:pk>/delete/", medicines.medicine_delete, name="medicine_delete"),
    path("treatment/safety/", safety, name="safety"),
    path("about-ldn/", about, name="about"),
    path("about-ldn/questions/", about_questions, name="about_questions"),
    path("help-now/", help_now, name="help_now"),
    path("help-now/worker.js", help_worker, name="help_worker"),
    path("settings/", settings, name="settings"),
    path("my-data/", my_data, name="my_data"),
    path("my-data/download/", download, name="my_data_download"),
]
