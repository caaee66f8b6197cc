"""The patient's pages."""

from datetime import date

from django.urls import path, register_converter

from .days import FIRST_DAY
from .views.diary import diary_day, diary_today
from .views.history import history
from .views.my_data import download, my_data
from .views.progress import progress
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
    path("progress/", progress, name="progress"),
    path("settings/", settings, name="settings"),
    path("my-data/", my_data, name="my_data"),
    path("my-data/download/", download, name="my_data_download"),
]
