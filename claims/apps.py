"""The upper floor: what is asserted, and what we make of it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    """Claims, evidence, appearances and verdicts."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "claims"
    verbose_name = _("Claims and verdicts")
