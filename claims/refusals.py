"""What PostgreSQL refuses of claims, in words an editor can act on."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles import refusals
from articles.refusals import NO_ADDRESS, OUTSIDE_CALENDAR, TAKEN_MEANWHILE, Refusal, Rules

__all__ = ["RULES", "Refusal", "broken_rules", "refused", "vet"]

RULES: Rules = {
    **refusals.RULES,
    "read_committed": (
        "",
        _("This must be written in a READ COMMITTED transaction, to see what others write."),
    ),
    "appearance_quotation_in_place": (
        "exact",
        _("The quotation is not at that place in the text. Choose the passage again."),
    ),
    "appearance_hedge_in_quotation": ("hedge", _("The hedge must be words of the quotation.")),
    "appearance_once": ("exact", _("This passage is already logged for this evidence.")),
    "appearance_snapshot_of_article": (
        "article",
        _("The passage is in the snapshot of another article."),
    ),
    "appearance_via_same_evidence": ("via", _("The chain leads to other evidence.")),
    "appearance_via_first": ("via", _("The appearance that it came by must be logged first.")),
    "appearance_span_with_snapshot": ("exact", _("A passage needs its snapshot and its position.")),
    "appearance_span_not_empty": ("exact", _("The position of the passage is empty.")),
    "appearance_score_in_range": ("score", _("A score runs from 0 to 1.")),
    "appearance_starts_whole": (
        "",
        _("An appearance starts with its words; redact it afterwards."),
    ),
    "evidence_once": (
        "source",
        _("This source already takes this stance on this claim at that date."),
    ),
    "evidence_inference_has_note": (
        "note",
        _("“Supports” and “weakens” are your inference: say in the note why."),
    ),
    "evidence_stated_not_empty": ("stated", _("The date is empty or reversed.")),
    "evidence_stated_in_calendar": ("stated", OUTSIDE_CALENDAR),
    "evidence_probability_in_order": (
        "p_low",
        _("Probabilities run from 0 to 1, the lower one first, both or none."),
    ),
    "evidence_probability_of_assertion": ("p_low", _("Only an assertion can carry a probability.")),
    "evidencelink_no_circle": (
        "to_evidence",
        _("Evidence can’t rest on itself: this link would close a circle."),
    ),
    "evidencelink_once": ("to_evidence", _("These two are already linked like that.")),
    "evidencelink_not_itself": ("to_evidence", _("Evidence can’t depend on itself.")),
    "known_starts_valid": ("", _("A row starts valid; void it afterwards.")),
    "known_only_voided": ("", _("This is never changed: it can be voided once, with a reason.")),
    "known_never_deleted": ("", _("This is never deleted; void it with a reason.")),
    "claim_frozen": (
        "text",
        _(
            "The wording, kind, window and criteria of a published claim are frozen; "
            "another reading is another claim."
        ),
    ),
    "claim_never_deleted": ("", _("A published claim is never deleted; withdraw it.")),
    "claim_stays_published": ("", _("A published claim stays on the record; withdraw it.")),
    "claim_judged_is_checkable": (
        "checkable",
        _("A verdict rests on this claim being checkable."),
    ),
    "claim_prediction_has_terms": (
        "window",
        _("A prediction needs a window that closes and criteria before it is published."),
    ),
    "claim_window_not_empty": ("window", _("The window is empty or reversed.")),
    "claim_window_in_calendar": ("window", OUTSIDE_CALENDAR),
    "claim_text_not_blank": ("text", _("Write the claim in one plain sentence.")),
    "claim_slug_not_blank": ("", NO_ADDRESS),
    "claim_set_aside_is_draft": ("", _("This claim was set aside: take it up first.")),
    "claim_set_aside_bare": (
        "",
        _(
            "Something hangs on this claim: evidence, a verdict or a link to another claim. "
            "Take that back first."
        ),
    ),
    "claim_taken_up": ("", _("This claim was set aside: take it up first.")),
    "claim_starts_whole": ("", _("A claim starts with its words; redact it afterwards.")),
    "claim_redacted": ("", _("This claim has been redacted and stays so.")),
    "claim_redaction_blanks": (
        "",
        _("Redacting blanks the words of a claim and gives the reason, nothing else."),
    ),
    "question_slug_not_blank": ("", NO_ADDRESS),
    "claims_question_slug_key": ("", TAKEN_MEANWHILE),
    "question_text_not_blank": ("text", _("Write the question.")),
    "claimlink_once": ("other", _("These two claims are already linked like that.")),
    "claimlink_merged_once": ("other", _("This claim has already been merged into another.")),
    "claimlink_survivor_stands": (
        "other",
        _("The claim to be kept has itself been merged into another."),
    ),
    "claimlink_not_itself": ("other", _("A claim can’t be linked to itself.")),
    "claimlink_symmetric_once": ("other", _("Log this link from the claim that was logged first.")),
    "claimlink_survivor_of_two": ("survivor", _("One of the two claims must be kept.")),
    "matchdecision_immutable": ("", _("What was decided about a similar claim stays so.")),
    "matchdecision_score_in_range": ("score", _("A score runs from 0 to 1.")),
    "matchdecision_unlike_itself": ("outcome", _("A claim is no variant of itself.")),
    "matchdecision_once": ("suggested", _("It is already decided how these two relate.")),
    "outsideverdict_label_not_blank": ("label", _("Say what they found, in their words.")),
    "outsideverdict_dated_not_empty": ("dated", _("The date is empty or reversed.")),
    "outsideverdict_dated_in_calendar": ("dated", OUTSIDE_CALENDAR),
    "outsideverdict_once": ("label", _("This verdict of theirs is already logged.")),
    "outsideverdict_by_named": (
        "organisation",
        _("A verdict is only worth telling with the name of whoever gave it."),
    ),
    "verdict_frozen": ("", _("A published verdict is frozen; publish an update or a correction.")),
    "verdict_starts_as_draft": ("", _("A verdict starts as a draft.")),
    "verdict_keeps_claim": ("", _("A verdict can’t move to another claim.")),
    "verdict_dated_in_calendar": ("dated", OUTSIDE_CALENDAR),
    "verdict_reason_not_blank": ("reasoning", _("A verdict needs its reason.")),
    "verdict_on_checkable": (
        "",
        _("This claim is not checkable, so it can’t be judged."),
    ),
    "verdict_after_first": ("kind", _("There is no published verdict to change.")),
    "verdict_one_first": ("kind", _("This claim already has a first verdict.")),
    "verdict_one_draft": ("", _("This claim already has a proposed verdict.")),
    "verdict_published_as_proposed": ("", _("What is published must be what was proposed.")),
    "verdict_on_published_claim": ("", _("Publish the claim first.")),
    "verdict_cites_evidence": (
        "citations",
        _("This finding must cite the evidence that it rests on."),
    ),
    "verdict_cites_live_evidence": ("citations", _("The verdict cites voided evidence.")),
    "verdict_prediction_still_open": (
        "finding",
        _("A prediction can be refuted only after its window has closed."),
    ),
    "verdict_second_person": ("", _("Somebody else must publish what you proposed.")),
    "verdict_correction_says_what": ("correction_note", _("Say what was wrong.")),
    "verdict_finding_unless_withdrawal": (
        "finding",
        _("Choose a finding and how sure you are."),
    ),
    "citation_confirmed_by_others": (
        "citations",
        _("Credibility 1 needs at least two independent origins."),
    ),
    "citation_frozen": ("", _("The citations of a published verdict are frozen.")),
    "citation_of_this_claim": ("citations", _("Cite evidence of this claim.")),
    "citation_once": ("citations", _("The verdict already cites this evidence.")),
    "affiliation_no_overlap": (
        "during",
        _("This source already has a role in that organisation during these dates."),
    ),
    "affiliation_not_with_itself": ("organisation", _("A source can’t have a role in itself.")),
    "affiliation_during_not_empty": ("during", _("The dates are empty or reversed.")),
    "affiliation_during_in_calendar": ("during", OUTSIDE_CALENDAR),
    "affiliation_role_not_blank": ("role", _("Name the role.")),
    "savedfilter_name_not_blank": ("name", _("Give it a name.")),
    "savedfilter_name_once": ("name", _("You keep another list of this name.")),
    "challenge_body_not_blank": ("body", _("Say what is wrong.")),
    "challenge_closed_with_answer": (
        "answer",
        _("A closed report needs an outcome and an answer."),
    ),
}


def vet(row: models.Model) -> None:
    """Refuse what fields and constraints of ``row`` don't allow, each error at its field."""
    refusals.vet(row, RULES)


def broken_rules(row: models.Model, *, exclude: set[str]) -> dict[str, list[ValidationError]]:
    """What the row's own values break, by field, before it is complete."""
    return refusals.broken_rules(row, RULES, exclude=exclude, kinds=models.CheckConstraint)


def refused() -> AbstractContextManager[None]:
    """Run one write in a savepoint; what PostgreSQL refuses comes out as ``Refusal``."""
    return refusals.refused(RULES)
