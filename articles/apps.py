"""The ground floor: what was published, who speaks, and the record of changes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    """Articles, snapshots, sources and the event log; knows nothing of claims."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "articles"
    verbose_name = _("Articles and sources")
