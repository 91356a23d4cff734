"""Every enumerated word of the domain: a leaf that imports Django only."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClaimKind(TextChoices):
    """What sort of proposition it is. A denial or an estimate is no kind: it is evidence."""

    EVENT = "event", _("Event")
    QUANTITY = "quantity", _("Quantity")
    RESPONSIBILITY = "responsibility", _("Responsibility")
    CAUSE = "cause", _("Cause")
    PREDICTION = "prediction", _("Prediction")
    INTENTION = "intention", _("Intention")
    AUTHENTICITY = "authenticity", _("Authenticity")
    ASSESSMENT = "assessment", _("Assessment")
    POSITION = "position", _("Position")


class ClaimLinkKind(TextChoices):
    """How one claim bears on another."""

    SAME_AS = "same_as", _("is the same as")
    ENTAILS = "entails", _("entails")
    CONTRADICTS = "contradicts", _("contradicts")
    CONDITIONAL_ON = "conditional_on", _("is conditional on")
    SUPPORTS = "supports", _("supports")
    WEAKENS = "weakens", _("weakens")


SYMMETRIC_LINKS = (ClaimLinkKind.SAME_AS, ClaimLinkKind.CONTRADICTS)


class Stance(TextChoices):
    """What a source does with a claim."""

    ASSERTS = "asserts", _("Asserts")
    DENIES = "denies", _("Denies")
    SUPPORTS = "supports", pgettext_lazy("stance", "Supports")
    WEAKENS = "weakens", pgettext_lazy("stance", "Weakens")
    CONTEXT = "context", _("Gives context")


INFERENCES = (Stance.SUPPORTS, Stance.WEAKENS)


class Scope(TextChoices):
    """How what the source spoke about compares with this claim."""

    SAME = "same", _("The same claim")
    BROADER = "broader", _("Something broader")
    NARROWER = "narrower", _("Something narrower")


class EvidenceLinkKind(TextChoices):
    """How one piece of evidence hangs on another."""

    REPEATS = "repeats", _("repeats")
    RELIES_ON = "relies_on", _("relies on")
    RESPONDS_TO = "responds_to", _("responds to")
    WITHDRAWS = "withdraws", _("withdraws")


DEPENDENCE = (EvidenceLinkKind.REPEATS, EvidenceLinkKind.RELIES_ON)


class Basis(TextChoices):
    """How we know of a hop in the chain."""

    CREDITED = "credited", _("Credited in the text")
    INFERRED = "inferred", _("Inferred by the editor")
    DETECTED = "detected", _("Detected by comparison")
    REVISION = "revision", _("Carried over from an earlier capture")


class EvidenceState(TextChoices):
    """What the evidence amounts to; computed by ``standing.py``, always current."""

    UNSOURCED = "unsourced", _("Unsourced")
    DENIED_ONLY = "denied_only", _("Denied only")
    SINGLE_ORIGIN = "single_origin", _("Single origin")
    CORROBORATED = "corroborated", _("Corroborated")
    CONTESTED = "contested", _("Contested")


class VerdictKind(TextChoices):
    """What a verdict does to the one before it."""

    FIRST = "first", _("First verdict")
    UPDATE = "update", _("Update")
    CORRECTION = "correction", _("Correction")
    WITHDRAWAL = "withdrawal", _("Withdrawal")


class Finding(TextChoices):
    """What an editor found. How it is worded for readers depends on the kind of claim."""

    SUPPORTED = "supported", _("Supported")
    REFUTED = "refuted", _("Refuted")
    CONFLICTING = "conflicting", _("Conflicting")
    INSUFFICIENT = "insufficient", _("Insufficient")
    UNRESOLVABLE = "unresolvable", _("Unresolvable")


class Confidence(TextChoices):
    """How sure the author of a verdict is."""

    LOW = "low", _("Low")
    MODERATE = "moderate", _("Moderate")
    HIGH = "high", _("High")


class Reliability(TextChoices):
    """Of the source, as graded in one verdict (STANAG 2511)."""

    A = "A", _("A · Completely reliable")
    B = "B", _("B · Usually reliable")
    C = "C", _("C · Fairly reliable")
    D = "D", _("D · Not usually reliable")
    E = "E", _("E · Unreliable")
    F = "F", _("F · Reliability can't be judged")


class Credibility(TextChoices):
    """Of the information, as graded in one verdict (STANAG 2511)."""

    CONFIRMED = "1", _("1 · Confirmed by other origins")
    PROBABLE = "2", _("2 · Probably true")
    POSSIBLE = "3", _("3 · Possibly true")
    DOUBTFUL = "4", _("4 · Doubtful")
    IMPROBABLE = "5", _("5 · Improbable")
    UNKNOWN = "6", _("6 · Truth can't be judged")


class ChallengeOutcome(TextChoices):
    """What became of a reader's error report."""

    OPEN = "open", pgettext_lazy("challenge", "Open")
    CORRECTED = "corrected", _("Corrected")
    CLARIFIED = "clarified", _("Clarified")
    REJECTED = "rejected", _("No change")


class MatchMethod(TextChoices):
    """How a similar claim was found."""

    LEXICAL = "lexical", _("By its words")
    FUSED = "fused", _("By its words and its meaning")


class MatchOutcome(TextChoices):
    """What an editor decided about a similar claim."""

    SAME = "same", _("The same claim")
    VARIANT = "variant", _("A variant")
    NEW = "new", _("Another claim")


class ImportState(TextChoices):
    """How far an import has come."""

    UPLOADING = "uploading", _("Uploading")
    READING = "reading", _("Being read")
    UNREADABLE = "unreadable", _("Can’t be read")
    COLUMNS = "columns", _("Waits for its columns")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    IMPORTING = "importing", _("Being imported")
    CANCELLED = "cancelled", _("Stopped")
    DONE = "done", _("Imported")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")


AT_WORK = (
    ImportState.READING,
    ImportState.CHECKING,
    ImportState.IMPORTING,
    ImportState.UNDOING,
)
"""The states in which a worker has the batch, or will have it as soon as one is free."""


class RowState(TextChoices):
    """What is known of one record of an import, or what became of it."""

    STAGED = "staged", _("Not checked yet")
    NEW = "new", pgettext_lazy("record", "New")
    UNCHANGED = "unchanged", _("Here already")
    REJECTED = "rejected", pgettext_lazy("record", "Rejected")
    WRITTEN = "written", pgettext_lazy("record", "Imported")
    UNDONE = "undone", pgettext_lazy("record", "Undone")
