"""What changes articles and sources: who may, what trace it leaves, what it refuses."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from articles import actions
from articles.actions import (
    AlreadyHere,
    add_article,
    add_source,
    capture,
    edit_article,
    edit_source,
    find_or_add_source,
    take_in,
    tidy,
)
from articles.models import Article, Event, Snapshot, Source
from articles.refusals import Refusal
from claims.actions.evidence import void_evidence
from tests.acting import (
    Act,
    Case,
    actions_of,
    check_all_or_nothing,
    check_one_event,
    check_permission,
    of_itself,
)
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    SnapshotFactory,
    SourceFactory,
    day,
)

pytestmark = pytest.mark.django_db
HOSTILE = ("a\x00b", "a\ud800b")


def _find() -> Act:
    SourceFactory(name="Paper")
    return lambda by: find_or_add_source(by=by, kind="organisation", name="Other paper")


def _edit_source() -> Act:
    source = SourceFactory(name="Old")
    return lambda by: edit_source(by=by, source=source, name="New")


def _add_article() -> Act:
    paper = SourceFactory()
    return lambda by: add_article(by=by, title="Title", publisher=paper)


def _edit_article() -> Act:
    article = ArticleFactory()
    return lambda by: edit_article(by=by, article=article, title="New", published=day("2023-03"))


def _capture() -> Act:
    article = ArticleFactory()
    return lambda by: capture(by=by, article=article, text="It rained.")


CASES = [
    Case(
        add_source,
        "articles.add_source",
        "source.added",
        of_itself,
        lambda: lambda by: add_source(by=by, kind="person", name="Somebody"),
    ),
    Case(find_or_add_source, "articles.add_source", "source.added", of_itself, _find),
    Case(edit_source, "articles.change_source", "source.edited", of_itself, _edit_source),
    Case(add_article, "articles.add_article", "article.added", of_itself, _add_article),
    Case(edit_article, "articles.change_article", "article.edited", of_itself, _edit_article),
    Case(capture, "articles.add_snapshot", "article.captured", of_itself, _capture),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_action_without_permission(case: Case) -> None:
    check_permission(case)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_action_writes_one_event(case: Case) -> None:
    check_one_event(case)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_action_whose_event_fails(case: Case) -> None:
    check_all_or_nothing(case)


def test_every_action_has_its_case() -> None:
    """Taking an article in is two actions in one transaction, each with its event."""
    assert actions_of(actions) == {case.action for case in CASES} | {take_in}


def events_of(row: Any) -> list[str]:
    chain = f"{row._meta.model_name}/{row.pk}"
    return list(Event.objects.filter(chain=chain).order_by("seq").values_list("verb", flat=True))


# Sources


def test_source_added_with_what_was_given(editor: User) -> None:
    source = add_source(
        by=editor,
        kind="person",
        name="  Jane \n Doe ",
        aliases=["J. Doe", " ", "J. Doe"],
        description=" A witness. ",
        wikidata=" Q42 ",
        identifiers={"viaf": "1"},
    )
    held = Source.objects.get(pk=source.pk)
    assert (held.name, held.slug, held.aliases) == ("Jane Doe", "jane-doe", ["J. Doe"])
    assert (held.description, held.wikidata, held.identifiers) == (
        "A witness.",
        "Q42",
        {"viaf": "1"},
    )
    payload = Event.objects.get(chain=f"source/{source.pk}").payload
    assert (payload["name"], payload["aliases"], payload["wikidata"]) == (
        "Jane Doe",
        ["J. Doe"],
        "Q42",
    )


def test_source_slug_numbered() -> None:
    slugs = [SourceFactory(name=name).slug for name in ("The Paper", "The paper", "The  paper!")]
    assert slugs == ["the-paper", "the-paper-2", "the-paper-3"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "a\ud800b"}, "name"),
        ({"kind": "ghost"}, "kind"),
        ({"wikidata": "42"}, "wikidata"),
        ({"description": "\x00"}, "description"),
        ({"aliases": ["a\x00"]}, "aliases"),
        ({"kind": "unnamed", "wikidata": "Q1"}, "wikidata"),
    ],
)
def test_source_refused_at_its_field(given: dict[str, Any], field: str, editor: User) -> None:
    with pytest.raises(ValidationError) as caught:
        add_source(by=editor, **{"kind": "person", "name": "Somebody", **given})
    assert list(caught.value.message_dict) == [field]
    assert Source.objects.count() == Event.objects.count() == 0


def test_source_wikidata_twice(editor: User) -> None:
    SourceFactory(wikidata="Q1")
    with pytest.raises(ValidationError) as caught:
        add_source(by=editor, kind="person", name="Other", wikidata="Q1")
    assert caught.value.message_dict == {
        "wikidata": ["Another source already has this Wikidata id."]
    }


def test_source_edited(editor: User) -> None:
    source = SourceFactory(name="Old")
    edit_source(by=editor, source=source, name="New", aliases=["Old"])
    held = Source.objects.get(pk=source.pk)
    assert (held.name, held.slug, held.aliases) == ("New", "old", ["Old"])
    last = Event.objects.filter(chain=f"source/{source.pk}").latest("seq")
    assert last.payload == {
        "from": {"name": "Old", "aliases": []},
        "to": {"name": "New", "aliases": ["Old"]},
    }


def test_source_edited_to_the_same(editor: User) -> None:
    source = SourceFactory(name="Same")
    edit_source(by=editor, source=source, name="Same")
    assert events_of(source) == ["source.added"]


def test_source_edited_from_a_stale_row(editor: User) -> None:
    """What was read before doesn't overwrite what somebody else changed."""
    stale = SourceFactory(name="Old")
    edit_source(by=editor, source=stale, description="Told.")
    edit_source(by=editor, source=stale, name="New")
    held = Source.objects.get(pk=stale.pk)
    assert (held.name, held.description) == ("New", "Told.")


def test_source_named_after_it_spoke(editor: User) -> None:
    """It would count as another origin than the claim was weighed with."""
    source = SourceFactory(unnamed=True)
    edit_source(by=editor, source=source, kind="person")
    edit_source(by=editor, source=source, kind="unnamed")
    evidence = EvidenceFactory(source=source)
    void_evidence(by=editor, evidence=evidence, reason="misread")
    with pytest.raises(Refusal) as caught:
        edit_source(by=editor, source=source, kind="person")
    assert (caught.value.rule, list(caught.value.message_dict)) == (
        "source_spoke_unnamed",
        ["kind"],
    )
    named = EvidenceFactory().source
    with pytest.raises(Refusal) as caught:
        edit_source(by=editor, source=named, kind="unnamed")
    assert caught.value.rule == "source_spoke_unnamed"
    edit_source(by=editor, source=named, kind="organisation")
    edit_source(by=editor, source=source, name="officials, as described by the paper")


def test_source_has_no_such_field(editor: User) -> None:
    with pytest.raises(TypeError, match="slug"):
        edit_source(by=editor, source=SourceFactory(), slug="other")


def test_source_found_again(editor: User) -> None:
    paper = SourceFactory(name="The Paper", aliases=["TP"])
    for name in ("The Paper", "the  PAPER", "TP"):
        assert find_or_add_source(by=editor, kind="organisation", name=name) == paper
    assert find_or_add_source(by=editor, kind="person", name="The Paper") != paper
    unnamed = SourceFactory(unnamed=True, name="officials")
    assert find_or_add_source(by=editor, kind="unnamed", name="officials") != unnamed


@pytest.mark.parametrize("text", HOSTILE)
def test_source_not_found_by_what_cannot_be_stored(text: str, editor: User) -> None:
    with pytest.raises(ValidationError) as caught:
        find_or_add_source(by=editor, kind="person", name=text)
    assert list(caught.value.message_dict) == ["name"]


# Articles


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "a\x00"}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"url": "a\x00b"}, "url"),
        ({"url": "https://example.org/\ud800"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"kind": "rumour"}, "kind"),
        ({"language": "english!"}, "language"),
        ({"published": DateRange(date(2023, 3, 8), date(2023, 3, 7))}, "published"),
        ({"published": DateRange(date(2023, 3, 8), date(2023, 3, 8))}, "published"),
        ({"published": DateRange(empty=True)}, "published"),
    ],
)
def test_article_refused_at_its_field(given: dict[str, Any], field: str, editor: User) -> None:
    paper = SourceFactory()
    with pytest.raises(ValidationError) as caught:
        add_article(by=editor, **{"title": "Title", "publisher": paper, **given})
    assert list(caught.value.message_dict) == [field]
    assert Article.objects.count() == 0


def test_article_already_here(editor: User) -> None:
    held = ArticleFactory(url="https://example.org/1")
    with pytest.raises(AlreadyHere) as caught:
        add_article(
            by=editor, title="Other", publisher=held.publisher, url=" https://example.org/1 "
        )
    assert (caught.value.article, list(caught.value.message_dict)) == (held, ["url"])
    assert Article.objects.count() == 1


def test_article_edited_to_the_address_of_another(editor: User) -> None:
    ArticleFactory(url="https://example.org/1")
    other = ArticleFactory()
    with pytest.raises(ValidationError) as caught:
        edit_article(by=editor, article=other, url="https://example.org/1")
    assert list(caught.value.message_dict) == ["url"]
    assert events_of(other) == ["article.added"]


def test_article_edited(editor: User) -> None:
    article = ArticleFactory(title="Old")
    edit_article(by=editor, article=article, title="Old")
    assert events_of(article) == ["article.added"]
    edit_article(by=editor, article=article, title="New", published=None)
    last = Event.objects.filter(chain=f"article/{article.pk}").latest("seq")
    assert last.payload == {
        "from": {"title": "Old", "published": "2023-03-08/2023-03-09"},
        "to": {"title": "New", "published": None},
    }
    with pytest.raises(TypeError, match="slug"):
        edit_article(by=editor, article=article, slug="other")


# Texts


def test_capture_settles_the_form(editor: User) -> None:
    snapshot = capture(
        by=editor,
        article=ArticleFactory(),
        text="\ufeffCafe\u0301.\r\nIt rained.\r",
        raw=b"raw",
        archive_url="https://example.org/copy",
    )
    assert snapshot.text == "Café.\nIt rained.\n"
    held = Snapshot.objects.get(pk=snapshot.pk)
    assert held.text_sha256 == hashlib.sha256("Café.\nIt rained.\n".encode()).hexdigest()
    assert held.raw_sha256 == hashlib.sha256(b"raw").hexdigest()


def test_tidy_twice_changes_nothing() -> None:
    once = tidy("\ufeffA\r\nB\rC\n")
    assert (once, tidy(once)) == ("A\nB\nC\n", "A\nB\nC\n")


def test_capture_of_the_same_text(editor: User) -> None:
    first = SnapshotFactory(text="It rained.\n")
    again = capture(by=editor, article=first.article, text="It rained.\r\n")
    assert again == first
    assert capture(by=editor, article=first.article, text="It snowed.") != first
    assert events_of(first) == ["article.captured"]


def test_capture_keeps_the_text_out_of_the_record() -> None:
    snapshot = SnapshotFactory()
    payload = Event.objects.get(chain=f"snapshot/{snapshot.pk}").payload
    assert sorted(payload) == [
        "archive_url",
        "article",
        "id",
        "method",
        "raw_sha256",
        "redaction_reason",
        "text_sha256",
    ]
    assert payload["text_sha256"] == hashlib.sha256(snapshot.text.encode()).hexdigest()


@pytest.mark.parametrize("text", ["", " \n", *HOSTILE])
def test_capture_of_no_text(text: str, editor: User) -> None:
    article = ArticleFactory()
    with pytest.raises(ValidationError) as caught:
        capture(by=editor, article=article, text=text)
    assert list(caught.value.message_dict) == ["text"]
    assert Snapshot.objects.count() == 0


def test_take_in(editor: User) -> None:
    snapshot = take_in(by=editor, text="It rained.", title="Rain", publisher=SourceFactory())
    assert events_of(snapshot.article) == ["article.added"]
    assert events_of(snapshot) == ["article.captured"]


def test_take_in_twice(editor: User) -> None:
    held = SnapshotFactory(text="It rained.\n", article__url="https://example.org/1")
    for given, field in (
        ({"text": "It rained.\r\n", "url": ""}, "text"),
        ({"text": "It snowed.", "url": "https://example.org/1"}, "url"),
    ):
        with pytest.raises(AlreadyHere) as caught:
            take_in(by=editor, title="Rain", publisher=held.article.publisher, **given)
        assert (caught.value.article, list(caught.value.message_dict)) == (held.article, [field])
    assert (Article.objects.count(), Snapshot.objects.count()) == (1, 1)


@pytest.mark.parametrize("text", ["", *HOSTILE])
def test_take_in_without_text_leaves_no_article(text: str, editor: User) -> None:
    paper = SourceFactory()
    with pytest.raises(ValidationError):
        take_in(by=editor, text=text, title="Rain", publisher=paper)
    assert (Article.objects.count(), Snapshot.objects.count()) == (0, 0)


# What readers see


def test_sources_and_articles_seen_once_a_claim_is_public(stranger: User, editor: User) -> None:
    hidden = AppearanceFactory()
    shown = AppearanceFactory(evidence__claim=ClaimFactory(published=True))
    assert list(Article.objects.visible_to(stranger)) == [shown.article]
    assert set(Source.objects.visible_to(stranger)) == {
        shown.evidence.source,
        shown.article.publisher,
    }
    assert set(Article.objects.visible_to(editor)) == {hidden.article, shown.article}


def test_counts_are_of_what_may_be_seen(stranger: User, editor: User) -> None:
    appearance = AppearanceFactory(evidence__claim__published=True)
    source = appearance.evidence.source
    EvidenceFactory(source=source)

    def counts(of: Callable[[Any], Any], user: User) -> int:
        return of(user).with_counts(user).get(pk=source.pk).claim_count

    assert counts(Source.objects.visible_to, stranger) == 1
    assert counts(Source.objects.visible_to, editor) == 2
