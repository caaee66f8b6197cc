"""Pages about one's own account that are ours, beside allauth's."""

from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/<int:pk>/end/", views.session_end, name="session_end"),
    path("sessions/end-others/", views.sessions_end_others, name="sessions_end_others"),
]
