"""Blanks words that must go, for good: `manage.py redact TYPE ID --reason … --by USERNAME`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Snapshot
from articles.policy import NotAllowed
from claims.actions.redaction import redact
from claims.management.given import person, word
from claims.models import Appearance, Claim

TYPES: dict[str, type[Snapshot | Appearance | Claim]] = {
    "snapshot": Snapshot,
    "appearance": Appearance,
    "claim": Claim,
}
_LARGEST = 2**63 - 1


class Command(BaseCommand):
    """Redacts one snapshot, appearance or claim, after a question."""

    help = (
        "Blanks the text of a snapshot with the quotations anchored in it, the quotation of an "
        "appearance wherever it was carried over to or from, or the words of a claim, and the same "
        "words in the record of changes. Hashes, dates and the reason stay; the record still "
        "verifies. There is no way back. The reason is public: it must not repeat what it is "
        "about. What others wrote in notes, titles and verdicts isn't touched, nor are copies in "
        "backups."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("type", metavar="TYPE", choices=[*TYPES], help=", ".join(TYPES))
        parser.add_argument("id", metavar="ID", help="its number; of a claim also as in CL-17")
        parser.add_argument("--reason", required=True, help="why, in words that readers may see")
        parser.add_argument(
            "--by", metavar="USERNAME", required=True, help="the account of a chief, who answers"
        )
        parser.add_argument("--yes", action="store_true", help="don't ask")

    def handle(self, *args: Any, **options: Any) -> None:
        by = person(options["by"])
        subject = _subject(options["type"], options["id"])
        word("--reason", options["reason"])
        if not options["yes"]:
            self._ask(subject)
        try:
            event = redact(by=by, subject=subject, reason=options["reason"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except NotAllowed as error:
            raise CommandError(str(error)) from None
        told = [f"{options['type']} {subject.pk}"]
        quotations, events = len(event.payload.get("appearances", ())), len(event.payload["events"])
        if options["type"] == "snapshot":
            in_it = ngettext("%(n)d quotation in it", "%(n)d quotations in it", quotations)
            told.append(in_it % {"n": quotations})
        elif quotations:
            told.append(_carried(quotations))
        told.append(ngettext("%(n)d event", "%(n)d events", events) % {"n": events})
        self.stdout.write(_("Redacted: %(what)s.") % {"what": ", ".join(told)})

    def _ask(self, subject: Snapshot | Appearance | Claim) -> None:
        self.stdout.write(str(subject))
        if isinstance(subject, Appearance):
            family = Appearance.objects.carried_with(subject).filter(redaction_reason="")
            if others := family.exclude(pk=subject.pk).count():
                self.stdout.write(_("With it: %(what)s.") % {"what": _carried(others)})
        try:
            answer = input(_("There is no way back. Type the word “redact” to go on: "))
        except EOFError:
            answer = ""
        if answer.strip() != "redact":
            raise CommandError(_("Nothing was changed."))


def _carried(count: int) -> str:
    told = ngettext(
        "the same passage in %(n)d other text of the article",
        "the same passage in %(n)d other texts of the article",
        count,
    )
    return told % {"n": count}


def _subject(type_: str, given: str) -> Snapshot | Appearance | Claim:
    number = given.removeprefix("CL-") if type_ == "claim" else given
    if not (number.isascii() and number.isdigit() and int(number) <= _LARGEST):
        raise CommandError(_("“%(id)s” is no number of a row.") % {"id": given})
    subject = TYPES[type_].objects.filter(pk=int(number)).first()
    if subject is None:
        raise CommandError(_("There is no %(type)s %(id)s.") % {"type": type_, "id": number})
    return subject
