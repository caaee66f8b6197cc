"""The pages of sharing."""

from django.urls import path

from . import views

app_name = "access"
urlpatterns = [
    path("", views.sharing, name="sharing"),
    path("<int:pk>/accept/", views.link_accept, name="link_accept"),
    path("<int:pk>/decline/", views.link_decline, name="link_decline"),
    path("end/", views.link_end, name="link_end"),
]
