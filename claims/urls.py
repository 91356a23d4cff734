"""Every address of the upper floor: the readers' pages, then the desk."""

from django.urls import URLPattern, path

from claims.views import reading

app_name = "claims"

READERS: list[URLPattern] = [
    path("", reading.home, name="home"),
    path("claims/", reading.claim_list, name="claim_list"),
    path("claims/<int:pk>/", reading.claim_short, name="claim_short"),
    path("claims/<int:pk>-<str:slug>/", reading.claim, name="claim"),
    path("articles/<str:slug>/", reading.article, name="article"),
    path("sources/<str:slug>/", reading.source, name="source"),
    path("questions/<str:slug>/", reading.question, name="question"),
    path("changes/", reading.changes, name="changes"),
    path("corrections/", reading.corrections, name="corrections"),
    path("data/", reading.data, name="data"),
    path("about/method/", reading.method, name="method"),
]

DESK: list[URLPattern] = []

IMPORT: list[URLPattern] = []

urlpatterns = [*READERS, *DESK, *IMPORT]
