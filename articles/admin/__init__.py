"""The admin of the ground floor, and what the whole admin is called."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.admin import documents, people, record, sources

__all__ = ["documents", "people", "record", "sources"]

admin.site.site_header = "Sayso"
admin.site.site_title = "Sayso"
admin.site.index_title = _("Every table")
admin.site.empty_value_display = "\N{EN DASH}"
