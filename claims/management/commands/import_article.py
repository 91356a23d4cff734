"""Takes in an article from a text file: `manage.py import_article FILE --by … --publisher …`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import dates, sentences
from articles.actions import AlreadyHere, find_or_add_source, take_in, tidy
from articles.choices import ArticleKind, CaptureMethod, SourceKind
from articles.models import Article, Snapshot
from articles.policy import NotAllowed
from claims.management.given import content, person, word

MAX_BYTES = 8 * 1024 * 1024
LONGEST_TITLE = 500
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_OPTIONS = {"text": "FILE", "name": "--publisher"}


class Command(BaseCommand):
    """Keeps the text of a local file as a new article, with the hash of its bytes."""

    help = (
        "Takes in an article from a text file in UTF-8. Tells its address and how many sentences "
        "it has. An article that is here already is left as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--by", metavar="USERNAME", required=True, help="the account that acts")
        parser.add_argument("--title", default="", help="the first line of the text unless given")
        parser.add_argument("--publisher", required=True, help="who published it")
        parser.add_argument(
            "--publisher-kind",
            choices=[SourceKind.PERSON.value, SourceKind.ORGANISATION.value],
            default=SourceKind.ORGANISATION.value,
            help="what a new publisher is (organisation unless given)",
        )
        parser.add_argument(
            "--kind",
            choices=ArticleKind.values,
            default=ArticleKind.NEWS.value,
            help="the kind of document (news unless given)",
        )
        parser.add_argument("--language", default="en", metavar="TAG", help="en unless given")
        parser.add_argument(
            "--translated-from", default="", metavar="TAG", help="the language of the original"
        )
        parser.add_argument("--url", default="", help="its web address")
        parser.add_argument("--published", metavar="DATE", help="such as 2023-03-08 or 2023-03")
        parser.add_argument("--note", default="", help="what readers should know about it")

    def handle(self, *args: Any, **options: Any) -> None:
        by = person(options["by"])
        for name in ("title", "publisher", "language", "translated_from", "url", "note"):
            word(f"--{name.replace('_', '-')}", options[name])
        published = _period(options["published"])
        raw = content(options["file"], limit=MAX_BYTES)
        text = _decoded(options["file"], raw)
        try:
            with transaction.atomic():
                snapshot = take_in(
                    by=by,
                    text=text,
                    title=options["title"].strip() or _first_line(text),
                    publisher=find_or_add_source(
                        by=by, kind=options["publisher_kind"], name=options["publisher"]
                    ),
                    kind=options["kind"],
                    language=options["language"],
                    translated_from=options["translated_from"],
                    url=options["url"],
                    published=published,
                    note=options["note"],
                    method=CaptureMethod.FILE,
                    raw=raw,
                )
        except AlreadyHere as already:
            self._tell_already_here(already.article, text)
        except ValidationError as error:
            raise CommandError(_told(error)) from None
        except NotAllowed as error:
            raise CommandError(str(error)) from None
        else:
            self._tell_taken_in(snapshot)

    def _tell_taken_in(self, snapshot: Snapshot) -> None:
        article = snapshot.article
        count = len(sentences.split(snapshot.text))
        said = ngettext("%(count)d sentence", "%(count)d sentences", count) % {"count": count}
        self.stdout.write(
            _("Article %(id)d: “%(title)s”, %(said)s, at %(address)s")
            % {
                "id": article.pk,
                "title": article.title,
                "said": said,
                "address": article.get_absolute_url(),
            }
        )

    def _tell_already_here(self, article: Article, text: str) -> None:
        told = _("Already here: article %(id)d, “%(title)s”, at %(address)s") % {
            "id": article.pk,
            "title": article.title,
            "address": article.get_absolute_url(),
        }
        if not article.snapshots.filter(text=tidy(text)).exists():
            raise CommandError(
                told + _(", with another text. Capture it again there to keep this one too.")
            )
        self.stdout.write(told)


def _period(written: str | None) -> DateRange | None:
    if written is None:
        return None
    try:
        return DateRange(*dates.read(written))
    except ValueError:
        raise CommandError(
            _("--published: “%(date)s” is no date. Write 2023-03-08, 2023-03 or 2023.")
            % {"date": written}
        ) from None


def _decoded(name: str, raw: bytes) -> str:
    if raw.startswith(_WIDE):
        raise CommandError(_("%(name)s is in UTF-16. Save it in UTF-8.") % {"name": name})
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(
            _("Line %(line)d of %(name)s is not in UTF-8. Save the file in UTF-8.")
            % {"name": name, "line": raw.count(b"\n", 0, error.start) + 1}
        ) from None
    if not text.strip():
        raise CommandError(_("%(name)s is empty.") % {"name": name})
    return text


def _first_line(text: str) -> str:
    line = next(line for line in text.splitlines() if line.strip())
    return line.strip()[:LONGEST_TITLE]


def _told(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        " ".join(messages)
        if field == NON_FIELD_ERRORS
        else f"{_OPTIONS.get(field, f'--{field}')}: {' '.join(messages)}"
        for field, messages in error.message_dict.items()
    )
