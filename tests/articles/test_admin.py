"""The admin of sources, articles, snapshots, the record and accounts."""

# ruff: noqa: RUF001 (names in another script are part of it)

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from articles.admin.base import BoundedPaginator
from articles.admin.record import VERBS
from articles.models import Affiliation, Article, Event, Snapshot, Source
from tests.admin_pages import errors, everything, page, send, staff, typed
from tests.factories import (
    AffiliationFactory,
    ArticleFactory,
    EvidenceFactory,
    SnapshotFactory,
    SourceFactory,
    day,
)

TABLES = [
    f"{model._meta.app_label}_{model._meta.model_name}"
    for model in admin.site._registry
    if model._meta.app_label in ("articles", "claims")
]


@pytest.fixture
def desk(editor: User) -> Client:
    return staff(editor)


@pytest.fixture
def head(chief: User) -> Client:
    return staff(chief)


# The doors


def test_every_table_is_there() -> None:
    assert sorted(TABLES) == [
        "articles_affiliation",
        "articles_article",
        "articles_event",
        "articles_snapshot",
        "articles_source",
        "claims_appearance",
        "claims_challenge",
        "claims_citation",
        "claims_claim",
        "claims_claimlink",
        "claims_evidence",
        "claims_evidencelink",
        "claims_importbatch",
        "claims_matchdecision",
        "claims_outsideverdict",
        "claims_question",
        "claims_verdict",
    ]


def test_lists_lead_the_anonymous_to_sign_in(reader: Client) -> None:
    answers = {table: reader.get(page(table)).url for table in TABLES}
    assert answers == {table: f"{reverse('login')}?next={page(table)}" for table in TABLES}


def test_lists_are_closed_to_an_editor_who_is_no_staff(editor_client: Client) -> None:
    answers = {table: editor_client.get(page(table), follow=True).status_code for table in TABLES}
    assert answers == dict.fromkeys(TABLES, 403)


def test_lists_are_closed_to_staff_without_a_role(stranger: User) -> None:
    client = staff(stranger)
    tables = [*TABLES, "auth_user", "auth_group"]
    assert {client.get(page(table)).status_code for table in tables} == {403}


def test_lists_offer_to_delete_nothing(db: None) -> None:
    client = staff(User.objects.create_superuser("root"))
    forms = {client.get(page(table)).context["action_form"] for table in [*TABLES, "auth_user"]}
    assert forms == {None}


def test_delete_page_of_a_source_is_closed(db: None) -> None:
    source = SourceFactory()
    root = User.objects.create_superuser("root")
    response = staff(root).post(page("articles_source", "delete", source.pk), {"post": "yes"})
    assert (response.status_code, Source.objects.count()) == (403, 1)


@pytest.mark.parametrize(
    ("table", "make", "queries"),
    [
        ("articles_source", SourceFactory, 6),
        ("articles_article", ArticleFactory, 6),
        ("articles_snapshot", SnapshotFactory, 6),
        ("articles_affiliation", AffiliationFactory, 6),
        ("articles_event", SourceFactory, 6),
    ],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_as_often_for_three_rows_as_for_one(  # noqa: PLR0917
    desk: Client,
    django_assert_num_queries: Callable[..., Any],
    table: str,
    make: Callable[[], object],
    queries: int,
    rows: int,
) -> None:
    for _ in range(rows):
        make()
    with django_assert_num_queries(queries):
        response = desk.get(page(table))
    assert response.context["cl"].result_count >= rows


@pytest.mark.parametrize("table", [*TABLES, "auth_user"])
def test_search_takes_anything(head: Client, table: str) -> None:
    texts = ["\x00", "'", '"', "& | ! ( ) :*", "%", "\\", "x" * 5000, "CL-9", "E-9", "9" * 40]
    answers = [head.get(page(table, q=text)).status_code for text in texts]
    assert answers == [200] * len(texts)


@pytest.mark.parametrize("given", ["abc", "\x00", "-1", "9" * 30, "²", "1,2"])
def test_prefilled_id_that_is_none_is_left_out(desk: Client, given: str) -> None:
    response = desk.get(page("articles_article", "add", publisher=given))
    assert (response.status_code, response.context["adminform"].form["publisher"].value()) == (
        200,
        None,
    )


def test_paginator_counts_no_further_than_it_must(db: None) -> None:
    for _ in range(4):
        SourceFactory()

    class Short(BoundedPaginator):
        most = 3

    bounded, whole = Short(Source.objects.all(), 2), BoundedPaginator(Source.objects.all(), 2)
    assert (bounded.count, bounded.more, bounded.num_pages) == (3, True, 2)
    assert (whole.count, whole.more, whole.num_pages) == (4, False, 2)


# Sources


def test_source_is_added_by_the_action(desk: Client, editor: User) -> None:
    response = send(
        desk,
        page("articles_source", "add"),
        kind="person",
        name="Oleksii  Reznikov",
        aliases="Alexey Reznikov\r\n\r\nОлексій Резніков",
        identifiers="isni: 0000 0001",
        wikidata="Q1",
    )
    source = Source.objects.get()
    event = Event.objects.get()
    assert response.status_code == 302
    assert (source.name, source.aliases, source.identifiers) == (
        "Oleksii Reznikov",
        ["Alexey Reznikov", "Олексій Резніков"],
        {"isni": "0000 0001"},
    )
    assert (event.verb, event.by, event.subject_id) == ("source.added", editor, source.pk)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": ""}, {"name"}),
        ({"name": " \x00"}, {"name"}),
        ({"name": "x" * 10_000}, {"name"}),
        ({"kind": "ghost"}, {"kind"}),
        ({"wikidata": "83364"}, {"wikidata"}),
        ({"kind": "unnamed", "wikidata": "Q1"}, {"wikidata"}),
        ({"aliases": "x" * 301}, {"aliases"}),
        ({"identifiers": "isni"}, {"identifiers"}),
        ({"identifiers": "isni: \x00"}, {"identifiers"}),
        ({"name": "", "wikidata": "Q0", "description": "x" * 3000}, {"name", "description"}),
        ({"name": "x" * 301, "wikidata": "Q" * 15}, {"name", "wikidata"}),
    ],
)
def test_source_with_bad_input_is_refused_at_its_field(
    desk: Client, changes: dict[str, str], fields: set[str]
) -> None:
    good = {"kind": "person", "name": "Somebody"}
    before = everything()
    response = send(desk, page("articles_source", "add"), **{**good, **changes})
    assert (errors(response).keys(), everything()) == (fields, before)


def test_source_edited_records_only_what_changed(desk: Client) -> None:
    source = SourceFactory(name="Day 378", aliases=["D378"], description="one\ntwo")
    address = page("articles_source", "change", source.pk)
    response = send(desk, address, name="Worldcrunch", description="one\r\ntwo")
    source.refresh_from_db()
    event = Event.objects.latest("pk")
    assert (response.status_code, source.name, source.aliases) == (302, "Worldcrunch", ["D378"])
    assert (event.verb, event.payload["to"]) == (
        "source.edited",
        {"name": "Worldcrunch", "description": "one\ntwo"},
    )


def test_source_saved_without_a_change_writes_nothing(desk: Client) -> None:
    source = SourceFactory(aliases=["a", "b"], identifiers={"isni": "1: 2"}, description="a\nb")
    before = everything()
    response = send(desk, page("articles_source", "change", source.pk))
    assert (response.status_code, everything()) == (302, before)


def test_source_keeps_its_address(desk: Client) -> None:
    source = SourceFactory(name="NYT")
    send(desk, page("articles_source", "change", source.pk), slug="other", name="New")
    source.refresh_from_db()
    assert (source.slug, source.name) == ("nyt", "New")


def test_source_list_counts_claims_and_articles(desk: Client) -> None:
    source = SourceFactory()
    ArticleFactory(publisher=source)
    ArticleFactory(publisher=source)
    EvidenceFactory(source=source)
    response = desk.get(page("articles_source", q=source.name))
    row = response.context["cl"].result_list[0]
    assert (row.pk, row.article_count, row.claim_count) == (source.pk, 2, 1)


@pytest.mark.parametrize("text", ["Rezni", "reznikov", "Alexey", "Резніков"])
def test_source_is_found_while_typing(desk: Client, text: str) -> None:
    source = SourceFactory(name="Oleksii Reznikov", aliases=["Alexey", "Резніков"])
    SourceFactory(name="Somebody Else")
    given = {"app_label": "articles", "model_name": "article", "field_name": "publisher"}
    response = desk.get(reverse("admin:autocomplete"), {**given, "term": text})
    assert response.json() == {
        "results": [{"id": str(source.pk), "text": "Oleksii Reznikov"}],
        "pagination": {"more": False},
    }


def test_search_while_typing_is_closed_to_staff_without_a_role(stranger: User) -> None:
    given = {"app_label": "articles", "model_name": "article", "field_name": "publisher"}
    response = staff(stranger).get(reverse("admin:autocomplete"), {**given, "term": "a"})
    assert response.status_code == 403


# Articles and snapshots


def test_article_without_text_is_known_by_reference(desk: Client) -> None:
    publisher = SourceFactory()
    response = send(
        desk,
        page("articles_article", "add"),
        title="Day 378",
        publisher=publisher.pk,
        published="8 March 2023",
        url="example.org/378",
    )
    article = Article.objects.get()
    assert response.status_code == 302
    assert (article.published, article.url, article.snapshots.count()) == (
        day("2023-03-08"),
        "https://example.org/378",
        0,
    )


def test_article_with_text_comes_with_its_snapshot(desk: Client, editor: User) -> None:
    publisher = SourceFactory()
    before = Event.objects.count()
    send(
        desk,
        page("articles_article", "add"),
        title="Day 378",
        publisher=publisher.pk,
        text=" It rained.\r\nIt poured.\r\n",
    )
    snapshot = Snapshot.objects.get()
    assert (snapshot.text, snapshot.captured_by) == (" It rained.\nIt poured.\n", editor)
    assert [event.verb for event in Event.objects.order_by("pk")[before:]] == [
        "article.added",
        "article.captured",
    ]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"title": ""}, {"title"}),
        ({"title": "\x00"}, {"title"}),
        ({"publisher": ""}, {"publisher"}),
        ({"publisher": "abc"}, {"publisher"}),
        ({"publisher": "\x00"}, {"publisher"}),
        ({"publisher": "9" * 30}, {"publisher"}),
        ({"publisher": "999999999"}, {"publisher"}),
        ({"published": "2023-03-08/2023-03-01"}, {"published"}),
        ({"published": "2023-02-30"}, {"published"}),
        ({"published": "8/3/2023"}, {"published"}),
        ({"published": "x" * 10_000}, {"published"}),
        ({"language": "English!"}, {"language"}),
        ({"url": "javascript:alert(1)"}, {"url"}),
        ({"text": "Rain.\x00"}, {"text"}),
        ({"title": "", "published": "never", "language": ""}, {"title", "published", "language"}),
    ],
)
def test_article_with_bad_input_is_refused_at_its_field(
    desk: Client, changes: dict[str, str], fields: set[str]
) -> None:
    good = {"title": "Day 378", "publisher": SourceFactory().pk}
    before = everything()
    response = send(desk, page("articles_article", "add"), **{**good, **changes})
    assert (errors(response).keys(), everything()) == (fields, before)


@pytest.mark.parametrize("same", ["url", "text"])
def test_article_that_is_here_already_is_refused_with_a_link_to_it(desk: Client, same: str) -> None:
    text = "It rained on Tuesday."
    held = ArticleFactory(url="https://example.org/378")
    SnapshotFactory(article=held, text=text)
    again = {"url": {"url": held.url}, "text": {"url": "https://example.org/2", "text": text}}
    before = everything()
    response = send(
        desk,
        page("articles_article", "add"),
        title="Another title",
        publisher=held.publisher_id,
        **again[same],
    )
    told = errors(response)
    assert (told.keys(), everything()) == ({same}, before)
    assert page("articles_article", "change", held.pk) in told[same][0]


def test_refused_article_comes_back_with_all_that_was_typed(desk: Client) -> None:
    held = ArticleFactory(url="https://example.org/378")
    response = send(
        desk,
        page("articles_article", "add"),
        title="Keep me",
        publisher=held.publisher_id,
        url=held.url,
        text="Keep me too.",
        published="March 2023",
    )
    form = response.context["adminform"].form
    assert [form[name].value() for name in ("title", "url", "text", "published")] == [
        "Keep me",
        held.url,
        "Keep me too.",
        "March 2023",
    ]


def test_article_is_edited_by_the_action(desk: Client) -> None:
    article = ArticleFactory()
    address = page("articles_article", "change", article.pk)
    send(desk, address, published="2023-03")
    article.refresh_from_db()
    event = Event.objects.latest("pk")
    assert (article.published, event.verb, event.payload["to"]) == (
        day("2023-03"),
        "article.edited",
        {"published": "2023-03-01/2023-04-01"},
    )


def test_snapshot_is_captured_by_the_action(desk: Client, editor: User) -> None:
    article = ArticleFactory()
    address = page("articles_snapshot", "add", article=article.pk)
    response = send(desk, address, text="It rained.", method="pasted")
    snapshot = Snapshot.objects.get()
    assert (response.status_code, snapshot.article, snapshot.captured_by) == (302, article, editor)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", {"text"}),
        (" \r\n ", {"text"}),
        ("a\x00b", {"text"}),
        ("It rained.\r\n", {"text"}),
    ],
    ids=["empty", "blank", "nul", "the same again"],
)
def test_snapshot_with_bad_text_is_refused(desk: Client, text: str, fields: set[str]) -> None:
    article = SnapshotFactory(text="It rained.\n").article
    before = everything()
    address = page("articles_snapshot", "add", article=article.pk)
    response = send(desk, address, text=text, method="pasted")
    assert (errors(response).keys(), everything()) == (fields, before)


@pytest.mark.parametrize("table", ["articles_snapshot", "articles_event"])
def test_what_never_changes_has_no_form(desk: Client, table: str) -> None:
    snapshot = SnapshotFactory()
    row = snapshot if table == "articles_snapshot" else Event.objects.latest("pk")
    before = everything()
    shown = desk.get(page(table, "change", row.pk))
    sent = desk.post(page(table, "change", row.pk), {"text": "Another text."})
    assert (shown.status_code, shown.context["show_save"], sent.status_code) == (200, False, 403)
    assert everything() == before


def test_snapshot_is_shown_as_text(desk: Client) -> None:
    snapshot = SnapshotFactory(text="<script>alert(1)</script>")
    response = desk.get(page("articles_snapshot", "change", snapshot.pk))
    assert response.content.decode().count("<script>alert(1)") == 0
    assert response.content.decode().count("&lt;script&gt;alert(1)") == 1


# The record


def _verbs_written() -> set[str]:
    """The verbs that the actions hand to ``record``, read from their source."""
    found = set()
    for path in [
        settings.BASE_DIR / "articles/actions.py",
        *Path(settings.BASE_DIR / "claims/actions").glob("*.py"),
    ]:
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "record":
                given = next(word.value for word in call.keywords if word.arg == "verb")
                found |= {
                    leaf.value
                    for leaf in ast.walk(given)
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                }
    return found


def test_every_verb_can_be_filtered_by() -> None:
    assert set(VERBS) == _verbs_written()


def test_events_are_filtered_by_verb_and_by_chain(desk: Client) -> None:
    first, second = SourceFactory(), SourceFactory()
    send(desk, page("articles_source", "change", second.pk), name="Renamed")
    by_verb = desk.get(page("articles_event", verb="source.added")).context["cl"].result_list
    by_chain = desk.get(page("articles_event", chain=f"source/{second.pk}")).context["cl"]
    found = desk.get(page("articles_event", q=f"source/{first.pk}")).context["cl"].result_list
    assert sorted(event.subject_id for event in by_verb) == [first.pk, second.pk]
    assert [event.verb for event in by_chain.result_list] == ["source.edited", "source.added"]
    assert [event.subject_id for event in found] == [first.pk]


def test_history_page_shows_our_record_and_django_keeps_none(desk: Client) -> None:
    source = SourceFactory()
    send(desk, page("articles_source", "change", source.pk), name="Renamed")
    response = desk.get(page("articles_source", "history", source.pk))
    assert [event.verb for event in response.context["page"]] == ["source.edited", "source.added"]
    assert LogEntry.objects.count() == 0


def test_history_page_of_nothing_is_not_found(desk: Client) -> None:
    assert desk.get(page("articles_source", "history", 404)).status_code == 404


# Roles


def test_role_is_added_and_edited_by_the_actions(desk: Client) -> None:
    person, government = SourceFactory(person=True), SourceFactory()
    response = send(
        desk,
        page("articles_affiliation", "add"),
        source=person.pk,
        organisation=government.pk,
        role="Defence Minister",
        during="2021-11-04/",
        one_voice="on",
    )
    role = Affiliation.objects.get()
    assert (response.status_code, role.during.upper, role.one_voice) == (302, None, True)
    send(
        desk,
        page("articles_affiliation", "change", role.pk),
        during="2021-11-04/2023-09-05",
        one_voice=None,
    )
    role.refresh_from_db()
    verbs = Event.objects.filter(subject_type="affiliation").order_by("pk")
    assert (str(role.during.upper), role.one_voice) == ("2023-09-06", False)
    assert [event.verb for event in verbs] == ["role.added", "role.edited"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"during": ""}, {"during"}),
        ({"during": "2023/2022"}, {"during"}),
        ({"role": " "}, {"role"}),
        ({"role": "x" * 201}, {"role"}),
        ({"organisation": "person"}, {"organisation"}),
        ({"during": "2022-06"}, {"during"}),
    ],
)
def test_role_with_bad_input_is_refused_at_its_field(
    desk: Client, changes: dict[str, str], fields: set[str]
) -> None:
    held = AffiliationFactory(during=day("2022-06"))
    good = {
        "source": held.source_id,
        "organisation": held.organisation_id,
        "role": "Adviser",
        "during": "2023",
    }
    if changes.get("organisation") == "person":
        changes = {"organisation": SourceFactory(person=True).pk}
    before = everything()
    response = send(desk, page("articles_affiliation", "add"), **{**good, **changes})
    assert (errors(response).keys(), everything()) == (fields, before)


# Accounts


def test_chief_makes_an_editor(head: Client) -> None:
    password = "a long enough pass-phrase"
    response = head.post(
        page("auth_user", "add"),
        {
            "username": "new",
            "usable_password": "true",
            "password1": password,
            "password2": password,
        },
    )
    made = User.objects.get(username="new")
    address = page("auth_user", "change", made.pk)
    group = Group.objects.get(name="editor")
    assert response.url == address
    sent = typed(head.get(address), groups=[group.pk], is_staff="on")
    head.post(address, {**sent, **_joined()})
    made.refresh_from_db()
    assert (made.is_staff, [*made.groups.all()]) == (True, [group])


def _joined() -> dict[str, str]:
    return {"date_joined_0": "2023-03-08", "date_joined_1": "10:00:00"}


def test_chief_cannot_become_superuser_or_take_permissions(head: Client, chief: User) -> None:
    address = page("auth_user", "change", chief.pk)
    permission = Permission.objects.get(codename="delete_user")
    sent = typed(head.get(address), is_superuser="on", user_permissions=[permission.pk])
    sent["groups"] = [Group.objects.get(name="chief").pk]
    response = head.post(address, sent)
    chief.refresh_from_db()
    assert (response.status_code, chief.is_superuser, chief.user_permissions.count()) == (
        302,
        False,
        0,
    )


def test_chief_gives_nobody_a_group_that_may_do_more(head: Client, editor: User) -> None:
    mighty = Group.objects.create(name="mighty")
    mighty.permissions.add(Permission.objects.get(codename="delete_user"))
    address = page("auth_user", "change", editor.pk)
    form = head.get(address).context["adminform"].form
    response = head.post(address, typed(head.get(address), groups=[mighty.pk]))
    assert [group.name for group in form.fields["groups"].queryset] == ["chief", "editor"]
    assert (errors(response).keys(), editor.groups.get().name) == ({"groups"}, "editor")


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("more", ["superuser", "permission", "group"])
def test_chief_cannot_change_an_account_that_may_do_more(
    head: Client, more: str, is_active: bool
) -> None:
    given = {"is_active": is_active, "is_superuser": more == "superuser"}
    mighty = User.objects.create_user("mighty", **given)
    permission = Permission.objects.get(codename="delete_user")
    if more == "permission":
        mighty.user_permissions.add(permission)
    if more == "group":
        mighty.groups.add(Group.objects.create(name="mighty"))
        mighty.groups.get().permissions.add(permission)
    new = {"usable_password": "true", **dict.fromkeys(("password1", "password2"), "long enough 1")}
    changed = head.post(page("auth_user", "change", mighty.pk), {"username": "meek"})
    password = head.post(reverse("admin:auth_user_password_change", args=[mighty.pk]), new)
    mighty.refresh_from_db()
    assert (changed.status_code, password.status_code, mighty.username) == (403, 403, "mighty")
    assert mighty.check_password("long enough 1") is False


def test_nobody_deletes_an_account(head: Client, editor: User) -> None:
    response = head.post(page("auth_user", "delete", editor.pk), {"post": "yes"})
    assert (response.status_code, User.objects.filter(pk=editor.pk).exists()) == (403, True)


def test_accounts_are_closed_to_editors(desk: Client, chief: User) -> None:
    answers = [
        desk.get(page("auth_user")).status_code,
        desk.get(page("auth_user", "add")).status_code,
        desk.get(page("auth_user", "change", chief.pk)).status_code,
    ]
    assert answers == [403, 403, 403]


def test_event_list_lets_nobody_ask_for_passwords(desk: Client) -> None:
    response = desk.get(page("articles_event", by__password__startswith="md5"))
    assert response.status_code == 400
