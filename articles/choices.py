"""The kinds of source and article: a leaf that imports Django only."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SourceKind(TextChoices):
    """Who can speak or publish."""

    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    UNNAMED = "unnamed", _("Unnamed")


class ArticleKind(TextChoices):
    """What sort of document it is; remarks and interviews are documents too."""

    NEWS = "news", _("News article")
    WIRE = "wire", _("Wire copy")
    REPORT = "report", _("Report")
    INTERVIEW = "interview", _("Interview")
    REMARKS = "remarks", _("Remarks")
    POST = "post", _("Post")
    VIDEO = "video", _("Video")
    DATASET = "dataset", _("Dataset")
    OTHER = "other", _("Other document")


class CaptureMethod(TextChoices):
    """How the text of a snapshot came to us."""

    PASTED = "pasted", _("Pasted text")
    FILE = "file", _("Local file")
    FETCHED = "fetched", _("Fetched from its address")
    ARCHIVE = "archive", _("From an archive")
