"""What the desk says after something was done: the outcome, what it means, and where it is."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Event
from claims.actions.recapture import Recapture
from claims.choices import Scope, Stance
from claims.models import Claim, Evidence


def linked(evidence: Evidence) -> SafeString:
    """``Evidence linked. 2 disputing.``, and what a narrower or broader scope means."""
    claim = Claim.objects.get(pk=evidence.claim_id)
    told = [_("Evidence linked."), balance(claim)]
    if meaning := meaning_of(evidence):
        told.append(meaning)
    if claim.verdicts.published().exists():
        told.append(_("The verdict may need review."))
    place = f"{claim.get_absolute_url()}#evidence-{evidence.pk}"
    return pointing(" ".join(told), place, f"E-{evidence.pk}")


def logged(evidence: Evidence) -> SafeString:
    """``CL-17 logged.``, or that evidence came to a claim that was here."""
    claim = Claim.objects.get(pk=evidence.claim_id)
    if claim.evidence.count() > 1:
        return linked(evidence)
    told = _("Published:") if claim.is_published else _("Logged:")
    return pointing(told, claim.get_absolute_url(), claim.public_id)


def passed_over(count: int) -> SafeString:
    """That sentences hold no claim, with the way to take that back on the page of the article."""
    told = ngettext("No claim in this sentence.", "No claim in these sentences.", count)
    button = '{} <button class="btn btn--sm" type="submit" form="pass" name="again">{}</button>'
    return format_html(button, told, _("Undo"))


def holds_a_claim(count: int) -> str:
    """That sentences can't be passed over, because claims were logged in each of them."""
    return ngettext(
        "This sentence holds a claim: it is read.",
        "These sentences hold claims: they are read.",
        count,
    )


def balance(claim: Claim) -> str:
    """How much speaks for a claim and against it: ``1 corroborating, 2 disputing.``"""
    supporting = ngettext("%(n)s corroborating", "%(n)s corroborating", claim.for_count)
    disputing = ngettext("%(n)s disputing", "%(n)s disputing", claim.against_count)
    told = [
        words % {"n": count}
        for words, count in ((supporting, claim.for_count), (disputing, claim.against_count))
        if count
    ]
    return ", ".join(told) + "." if told else ""


def meaning_of(evidence: Evidence) -> str:
    """What it means that the source spoke about something else than this very claim."""
    words = {
        (Stance.DENIES, Scope.NARROWER): _(
            "It denies something narrower, which leaves this claim possible."
        ),
        (Stance.DENIES, Scope.BROADER): _("It denies something broader, and with it this claim."),
        (Stance.ASSERTS, Scope.NARROWER): _(
            "It asserts something narrower, and with it this claim."
        ),
        (Stance.ASSERTS, Scope.BROADER): _(
            "It asserts something broader, which leaves this claim open."
        ),
    }
    return words.get((Stance(evidence.stance), Scope(evidence.scope)), "")


def pointing(told: str, url: str, name: str) -> SafeString:
    """An announcement with the way to what it is about, which also takes the focus."""
    return format_html('{} <a href="{}">{}</a>', told, url, name)


def undone(event: Event) -> str:
    """What was taken back, and what stays because it can't be."""
    told = {
        "evidence.linked": _("Undone: the evidence is voided."),
        "evidence.voided": _("Undone: the same evidence is linked again, as a new row."),
        "claim.set_aside": _("Undone: the claim is taken up again."),
        "claim.taken_up": _("Undone: the claim is set aside again."),
        "outsideverdict.recorded": _("Undone: the outside verdict is voided."),
        "outsideverdict.voided": _("Undone: the same verdict is logged again, as a new row."),
        "appearance.added": _("Undone: the place is voided."),
        "appearance.voided": _("Undone: the same place is added again, as a new row."),
        "claim.merged": _("Undone: each claim stands by itself again."),
        "claim.unmerged": _("Undone: the claims are merged again."),
        "verdict.discarded": _("Undone: it is proposed again, and you are its author."),
        "verdict.proposed": _("Undone: the proposal is discarded."),
        "verdict.revised": _("Undone: the proposal says again what it said before."),
    }.get(event.verb, _("Undone."))
    claim = Claim.objects.filter(events=event).first()
    if event.verb != "evidence.linked" or claim is None or claim.evidence.current().exists():
        return told
    if claim.is_published:
        stays = _("%(claim)s stays public, without evidence: propose to withdraw it.")
    elif claim.is_set_aside:
        stays = _("%(claim)s is set aside.")
    else:
        stays = _("%(claim)s stays as a draft, without evidence.")
    return f"{told} {stays % {'claim': claim.public_id}}"


def captured(done: Recapture) -> SafeString | str:
    """``Captured. 44 of 46 quotations carried over, 2 lost, 1 hedge gone.``"""
    if done.known:
        return _("This text was captured before: nothing new is kept.")
    kept, lost = len(done.carried), len(done.lost)
    if not kept + lost:
        return _("Captured.")
    told = ngettext(
        "%(kept)s of %(all)s quotation carried over",
        "%(kept)s of %(all)s quotations carried over",
        kept + lost,
    )
    parts = [told % {"kept": kept, "all": kept + lost}]
    others = done.reworded - done.hedges
    for words, count in (
        (ngettext("%(n)s lost", "%(n)s lost", lost), lost),
        (ngettext("%(n)s hedge gone", "%(n)s hedges gone", done.hedges), done.hedges),
        (ngettext("%(n)s with other words", "%(n)s with other words", others), others),
    ):
        if count:
            parts.append(words % {"n": count})
    sentence = _("Captured. %(what)s.") % {"what": ", ".join(parts)}
    if not lost + done.reworded:
        return sentence
    place = reverse("claims:article_quotations", args=[done.snapshot.article_id])
    return pointing(sentence, place, _("Look at them"))
