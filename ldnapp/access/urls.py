"""The pages of sharing."""

from django.urls import path

from .views import sharing

app_name = "access"
urlpatterns = [
    path("", sharing.sharing, name="sharing"),
    path("<int:pk>/accept/", sharing.link_accept, name="link_accept"),
    path("<int:pk>/decline/", sharing.link_decline, name="link_decline"),
    path("end/", sharing.link_end, name="link_end"),
]
