"""Every address of the ground floor: the readers' lists, then the desk."""

from django.urls import URLPattern, path

from articles.views import reading

app_name = "articles"

READERS: list[URLPattern] = [
    path("articles/", reading.article_list, name="article_list"),
    path("sources/", reading.source_list, name="source_list"),
]

DESK: list[URLPattern] = []

urlpatterns = [*READERS, *DESK]
