"""Tables of the upper floor."""

from claims.models.appearance import Appearance, AppearanceQuerySet
from claims.models.challenge import Challenge, ReportSent
from claims.models.claim import Claim, ClaimLink, ClaimQuerySet, Question, QuestionQuerySet
from claims.models.copy import NotACopy
from claims.models.coverage import NoClaim
from claims.models.desk import Assignment, SavedFilter
from claims.models.evidence import Evidence, EvidenceLink, EvidenceQuerySet
from claims.models.imports import (
    ImportBatch,
    ImportFile,
    ImportMemory,
    ImportPart,
    ImportPlan,
    ImportRow,
    ImportSheet,
)
from claims.models.listed import ALL, Listed, ListedQuerySet
from claims.models.match import MatchDecision
from claims.models.outside import OutsideVerdict, OutsideVerdictQuerySet
from claims.models.verdict import Citation, Verdict, VerdictQuerySet

__all__ = [
    "ALL",
    "Appearance",
    "AppearanceQuerySet",
    "Assignment",
    "Challenge",
    "Citation",
    "Claim",
    "ClaimLink",
    "ClaimQuerySet",
    "Evidence",
    "EvidenceLink",
    "EvidenceQuerySet",
    "ImportBatch",
    "ImportFile",
    "ImportMemory",
    "ImportPart",
    "ImportPlan",
    "ImportRow",
    "ImportSheet",
    "Listed",
    "ListedQuerySet",
    "MatchDecision",
    "NoClaim",
    "NotACopy",
    "OutsideVerdict",
    "OutsideVerdictQuerySet",
    "Question",
    "QuestionQuerySet",
    "ReportSent",
    "SavedFilter",
    "Verdict",
    "VerdictQuerySet",
]
