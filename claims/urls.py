"""Every address of the upper floor: the readers' pages, then the desk."""

from django.urls import URLPattern, path

from claims.views import reading

app_name = "claims"

READERS: list[URLPattern] = [
    path("", reading.home, name="home"),
]

DESK: list[URLPattern] = []

IMPORT: list[URLPattern] = []

urlpatterns = [*READERS, *DESK, *IMPORT]
