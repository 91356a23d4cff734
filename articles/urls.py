"""Every address of the ground floor: the readers' lists, then the desk."""

from django.urls import URLPattern, path

from articles.views import desk, drafts, reading

app_name = "articles"

READERS: list[URLPattern] = [
    path("articles/", reading.article_list, name="article_list"),
    path("sources/", reading.source_list, name="source_list"),
]

DESK: list[URLPattern] = [
    path("desk/articles/new/", desk.article_new, name="article_new"),
    path("desk/articles/<int:pk>/edit/", desk.article_edit, name="article_edit"),
    path("desk/drafts/", drafts.drafts, name="drafts"),
    path("desk/sources/new/", desk.source_new, name="source_new"),
    path("desk/sources/<int:pk>/edit/", desk.source_edit, name="source_edit"),
]

urlpatterns = [*READERS, *DESK]
