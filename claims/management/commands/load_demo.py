"""Loads the example of docs/examples/day-378, with accounts to try it: `manage.py load_demo`."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from claims.exchange.demo import Example, People, Spoilt
from claims.models import Claim, Evidence, Verdict

FOLDER = settings.BASE_DIR / "docs" / "examples" / "day-378"
ON_THIS_MACHINE = {"editor": "log-and-link", "chief": "second-person"}


class Command(BaseCommand):
    """Shows what the site is for, on a trial site."""

    help = (
        "Loads the example article with its claims and verdicts, and the accounts “editor” and "
        "“chief”. Loading it again changes nothing. On a trial site their passwords are those of "
        "the documentation; elsewhere they are made up and printed once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help="also on a site with a database of its own, or with other claims in it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        example = Example(FOLDER)
        if not options["force"]:
            _refuse_elsewhere(example)
        passwords: dict[str, str] = {}
        try:
            with transaction.atomic():
                people = People(editor=_hire("editor", passwords), chief=_hire("chief", passwords))
                example.load(people)
        except (Spoilt, ValidationError, PermissionDenied) as error:
            told = error.messages if isinstance(error, ValidationError) else [str(error)]
            raise CommandError(_("The demo can’t be loaded: ") + " ".join(told)) from None
        if options["verbosity"] > 1:
            self.stdout.write(
                _("%(claims)d claims, %(evidence)d pieces of evidence, %(verdicts)d verdicts.")
                % {
                    "claims": Claim.objects.count(),
                    "evidence": Evidence.objects.count(),
                    "verdicts": Verdict.objects.count(),
                }
            )
        self.stdout.write(_accounts(passwords))


def _refuse_elsewhere(example: Example) -> None:
    if settings.DATABASE_URL:
        raise CommandError(
            _("This site has a database of its own (DATABASE_URL). --force loads the demo into it.")
        )
    if Claim.objects.exclude(text__in=example.claims.values()).exists():
        raise CommandError(
            _("There are other claims here already. --force loads the demo among them.")
        )


def _hire(name: str, passwords: dict[str, str]) -> User:
    """The account of that name, made with its role and a password when it isn't here yet."""
    user = User.objects.filter(username=name).first()
    if user is None:
        known = settings.LOCAL and not settings.DATABASE_URL
        passwords[name] = ON_THIS_MACHINE[name] if known else secrets.token_urlsafe(12)
        user = User.objects.create_user(name, password=passwords[name], is_staff=True)
        user.groups.add(Group.objects.get(name=name))
    return user


def _accounts(passwords: dict[str, str]) -> str:
    if not passwords:
        return _("The accounts “editor” and “chief” are here already; their passwords stay.")
    told = [f"  {name}  {password}" for name, password in passwords.items()]
    return "\n".join([_("Demo accounts (name, password):"), *told])
