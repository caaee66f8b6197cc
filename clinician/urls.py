"""The prescriber's pages."""

from django.urls import path

from . import views

app_name = "clinician"
urlpatterns = [
    path("", views.caseload, name="caseload"),
    path("patients/<uuid:patient_id>/", views.course, name="course"),
]
