"""The desk's forms for articles and sources, as an editor sends them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles.choices import CaptureMethod, SourceKind
from articles.forms import SourceField, Typed, known_sources
from articles.forms.source_field import named_in
from articles.models import Article, Event, Snapshot, Source
from articles.newcomers import NewSource
from tests.factories import ArticleFactory, SnapshotFactory, SourceFactory, day

pytestmark = pytest.mark.django_db

NEW = "/desk/articles/new/"
ABOUT = {
    "title": "War in Ukraine, day 378",
    "publisher": "A Newspaper",
    "publisher_kind": "organisation",
    "published": "8 March 2023",
    "kind": "news",
    "language": "en",
    "url": "https://example.org/day-378",
}
NOT_UTF_8 = (
    "The file isn't UTF-8 text: byte 0x92 at position 13. Save it as UTF-8, or paste the text."
)
TEXT = "The minister said that it could be dry.\r\n\r\nIt rained."


def errors(response):
    """What the form of a page says, by field."""
    return {name: list(told) for name, told in response.context["form"].errors.items()}


def rows():
    return [table.objects.count() for table in (Source, Article, Snapshot, Event)]


# Articles come in


def test_article_comes_in_with_pasted_text(editor_client):
    response = editor_client.post(NEW, {**ABOUT, "text": TEXT})

    snapshot = Snapshot.objects.select_related("article__publisher").get()
    article = snapshot.article
    assert (response.status_code, response["Location"]) == (303, f"/desk/articles/{article.pk}/")
    assert article.title == ABOUT["title"]
    assert (article.publisher.name, article.publisher.kind) == ("A Newspaper", "organisation")
    assert article.published == day("2023-03-08")
    assert snapshot.text == "The minister said that it could be dry.\n\nIt rained."
    assert snapshot.method == CaptureMethod.PASTED


def test_article_comes_in_with_an_uploaded_file(editor_client):
    file = SimpleUploadedFile("day.txt", "Il a plu à Kyïv.".encode())
    editor_client.post(NEW, {**ABOUT, "file": file})

    snapshot = Snapshot.objects.get()
    assert (snapshot.text, snapshot.method) == ("Il a plu à Kyïv.", CaptureMethod.FILE)
    assert len(snapshot.raw_sha256) == 64


def test_article_without_text_is_known_by_reference(editor_client):
    response = editor_client.post(NEW, ABOUT)

    assert response.status_code == 303
    assert (Article.objects.count(), Snapshot.objects.count()) == (1, 0)
    page = editor_client.get(response["Location"])
    assert "Known by reference only" in page.content.decode()


def test_publisher_that_is_here_is_not_added_again(editor_client):
    held = SourceFactory(name="Agence France-Presse", aliases=["AFP"])
    editor_client.post(NEW, {**ABOUT, "publisher": "AFP", "publisher_kind": ""})

    assert Article.objects.get().publisher == held
    assert Source.objects.count() == 1


def test_unknown_publisher_is_asked_about_and_not_added(editor_client):
    SourceFactory(name="A Newspaper of Record")
    response = editor_client.post(NEW, {**ABOUT, "publisher_kind": ""})

    assert response.status_code == 422
    assert errors(response) == {
        "publisher": [
            "No source is called “A Newspaper” yet. Pick one, or say what it is to add it."
        ]
    }
    assert "A Newspaper of Record · Organisation" in response.content.decode()
    assert rows() == [1, 0, 0, 1]


def test_every_error_comes_at_once_and_everything_typed_is_kept(editor_client):
    sent = {
        **ABOUT,
        "title": "t" * 501,
        "publisher": "",
        "publisher_kind": "",
        "published": "8/3/2023",
        "language": "not a language",
        "url": "no address",
        "text": TEXT,
    }
    response = editor_client.post(NEW, sent)

    assert response.status_code == 422
    assert errors(response) == {
        "title": ["Ensure this value has at most 500 characters (it has 501)."],
        "publisher": ["Say who it is. Somebody unnamed is described: “unnamed US officials”."],
        "published": ["Is it the day or the month that comes first? Write 2023-03-08."],
        "language": ["Write the language as a tag such as “en”, “fr” or “pt-BR”."],
        "url": ["Enter a valid URL."],
    }
    page = response.content.decode()
    assert all(value in page for value in ("t" * 501, "8/3/2023", "not a language", "It rained."))
    assert rows() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "smart quote: \x92".encode("latin-1"),
            NOT_UTF_8,
        ),
        (b"", "The file is empty."),
        (b" \n\t", "The file is empty."),
        (b"a" * 2_000_001, "The file is larger than 2 MB."),
        (b"nul \x00 nul", "The text holds a NUL character. Remove it."),
    ],
)
def test_file_that_cannot_be_read_is_refused(editor_client, content, said):
    response = editor_client.post(NEW, {**ABOUT, "file": SimpleUploadedFile("day.txt", content)})

    assert response.status_code == 422
    assert errors(response) == {"file": [said]}
    assert rows() == [0, 0, 0, 0]


def test_text_and_file_together_are_refused(editor_client):
    file = SimpleUploadedFile("day.txt", b"It rained.")
    response = editor_client.post(NEW, {**ABOUT, "text": TEXT, "file": file})

    assert "Paste the text or choose a file, not both." in errors(response)["file"]
    assert rows() == [0, 0, 0, 0]


def test_file_has_to_be_chosen_again_when_something_else_is_wrong(editor_client):
    file = SimpleUploadedFile("day.txt", b"It rained.")
    response = editor_client.post(NEW, {**ABOUT, "title": "", "file": file})

    assert errors(response) == {
        "title": ["This field is required."],
        "file": ["Choose the file again."],
    }


@pytest.mark.parametrize("field", ["title", "publisher", "published", "language", "url", "text"])
def test_nul_is_refused_at_its_field(editor_client, field):
    response = editor_client.post(NEW, {**ABOUT, "text": TEXT, field: "a\x00b"})

    assert (response.status_code, list(errors(response))) == (422, [field])
    assert rows() == [0, 0, 0, 0]


def test_text_beyond_what_a_request_may_hold_is_refused_without_an_error(editor_client):
    response = editor_client.post(NEW, {**ABOUT, "text": "a" * 2_700_000})

    assert response.status_code == 413
    assert rows() == [0, 0, 0, 0]


def test_article_imported_twice_leads_to_the_one_that_is_here(editor_client):
    editor_client.post(NEW, {**ABOUT, "text": TEXT})
    held = Article.objects.get()
    link = (
        "This article is already here: "
        f'<a href="/desk/articles/{held.pk}/">War in Ukraine, day 378</a>'
    )
    before = rows()

    by_address = editor_client.post(NEW, {**ABOUT, "text": "Another text."})
    by_text = editor_client.post(NEW, {**ABOUT, "url": "", "text": TEXT})
    file = SimpleUploadedFile("day.txt", TEXT.encode())
    by_file = editor_client.post(NEW, {**ABOUT, "url": "", "file": file})

    assert errors(by_address) == {"url": [link]}
    assert errors(by_text) == {"text": [link]}
    assert errors(by_file) == {"file": [link]}
    assert link in by_text.content.decode()
    assert rows() == before


def test_nothing_is_added_when_the_publisher_is_new_and_the_text_is_here(editor_client):
    SnapshotFactory(text="It rained.")
    before = rows()
    editor_client.post(NEW, {**ABOUT, "text": "It rained."})

    assert rows() == before


# Editing and capturing


def test_article_is_edited(editor_client):
    article = ArticleFactory(title="Old")
    page = editor_client.get(f"/desk/articles/{article.pk}/edit/")
    shown = {
        name: page.context["form"][name].value()
        for name in ABOUT
        if name in page.context["form"].fields
    }
    assert shown["published"] == "2023-03-08"

    sent = {**shown, "title": "New", "published": "March 2023"}
    sent |= {"translated_from": "fr", "note": "The date is inferred."}
    response = editor_client.post(f"/desk/articles/{article.pk}/edit/", sent)

    article.refresh_from_db()
    assert (response.status_code, article.title) == (303, "New")
    assert article.published == day("2023-03")
    assert (article.translated_from, article.note) == ("fr", "The date is inferred.")
    assert Event.objects.filter(verb="article.edited").count() == 1


def test_article_with_an_unnamed_publisher_is_saved_as_it_was(editor_client):
    article = ArticleFactory(publisher=SourceFactory(unnamed=True))
    address = f"/desk/articles/{article.pk}/edit/"
    form = editor_client.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}

    assert editor_client.post(address, sent).status_code == 303
    assert Event.objects.filter(verb="article.edited").count() == 0


def test_article_cannot_take_the_address_of_another(editor_client):
    other = ArticleFactory(url="https://example.org/other")
    article = ArticleFactory(title="Mine")
    sent = {**ABOUT, "publisher": article.publisher.name, "publisher_kind": "", "url": other.url}
    response = editor_client.post(f"/desk/articles/{article.pk}/edit/", sent)

    assert list(errors(response)) == ["url"]
    article.refresh_from_db()
    assert article.title == "Mine"


def test_article_is_captured_again(editor_client):
    snapshot = SnapshotFactory(text="It rained.")
    address = f"/desk/articles/{snapshot.article_id}/capture/"

    editor_client.post(address, {"text": "It rained. It still does."})
    response = editor_client.post(address, {"text": "It rained."}, follow=True)

    texts = list(snapshot.article.snapshots.order_by("pk").values_list("text", flat=True))
    assert texts == ["It rained.", "It rained. It still does."]
    said = [str(message) for message in response.context["messages"]]
    assert said == ["Captured.", "This text was captured before: nothing new is kept."]


def test_capture_without_a_text_is_refused(editor_client):
    article = ArticleFactory()
    response = editor_client.post(f"/desk/articles/{article.pk}/capture/", {})

    assert errors(response) == {"text": ["Paste the text or choose a file."]}
    assert Snapshot.objects.count() == 0


# Sources


def test_source_is_added(editor_client):
    sent = {
        "kind": "person",
        "name": "  Oleksii   Reznikov ",
        "aliases": "Oleksiï Reznikov\n\n Reznikov ",
        "wikidata": "Q12345",
    }
    response = editor_client.post("/desk/sources/new/", sent)

    source = Source.objects.get()
    assert (response.status_code, response["Location"]) == (303, source.get_absolute_url())
    assert source.name == "Oleksii Reznikov"
    assert source.aliases == ["Oleksiï Reznikov", "Reznikov"]


def test_source_of_the_same_name_is_asked_about_once(editor_client):
    held = SourceFactory(person=True, name="John Smith")
    sent = {"kind": "person", "name": "john smith"}

    response = editor_client.post("/desk/sources/new/", sent)
    assert response.status_code == 422
    assert f'<a href="{held.get_absolute_url()}">John Smith</a>' in errors(response)["name"][0]
    assert 'type="checkbox" name="another"' in response.content.decode()

    assert editor_client.post("/desk/sources/new/", {**sent, "another": "on"}).status_code == 303
    assert Source.objects.count() == 2


def test_unnamed_source_with_an_identity_is_refused_at_its_field(editor_client):
    sent = {"kind": "unnamed", "name": "officials", "wikidata": "Q1"}
    response = editor_client.post("/desk/sources/new/", sent)

    assert response.status_code == 422
    assert len(errors(response)) == 1
    assert rows() == [0, 0, 0, 0]


def test_source_is_edited(editor_client):
    source = SourceFactory(person=True, name="Jens Stoltenberg")
    address = f"/desk/sources/{source.pk}/edit/"
    sent = {"kind": "person", "name": "Jens Stoltenberg", "description": "Of NATO", "wikidata": "x"}

    assert list(errors(editor_client.post(address, sent))) == ["wikidata"]
    assert editor_client.post(address, {**sent, "wikidata": ""}).status_code == 303
    source.refresh_from_db()
    assert source.description == "Of NATO"


# Who is meant


def resolve(text="", kind="", pick="", **given):
    return SourceField(**given).clean(Typed(text, kind, pick))


def test_name_or_alias_gives_the_source_that_is_here():
    source = SourceFactory(name="The New York Times", aliases=["NYT"])

    assert [resolve(name) for name in ("the new york times", "NYT")] == [source, source]


def test_description_of_unnamed_people_never_decides_by_itself():
    held = SourceFactory(unnamed=True, name="senior officials")
    field = SourceField()
    with pytest.raises(Exception, match="is here already"):
        field.clean(Typed("senior officials"))

    assert field.widget.picks == [(str(held.pk), f"senior officials · Unnamed · S-{held.pk}")]
    assert resolve("senior officials", pick=str(held.pk)) == held
    assert resolve(f"senior officials · S-{held.pk}") == held
    assert resolve("senior officials", kind="unnamed") == NewSource("unnamed", "senior officials")


def test_name_called_new_that_is_here_is_the_one_that_is_here():
    source = SourceFactory(name="Reuters")

    assert resolve("Reuters", kind="organisation") == source
    assert resolve("Reuters", kind="person") == NewSource("person", "Reuters")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (Typed(), "required"),
        (Typed(kind="person"), "required"),
        (Typed("Nobody"), "unknown"),
        (Typed("Nobody", kind="king"), "kind"),
        (Typed("n" * 301, kind="person"), "long"),
        (Typed(pick="0"), "gone"),
        (Typed(pick="x"), "gone"),
        (Typed(pick="9" * 30), "gone"),
        (Typed("S-99999999999999999"), "unknown"),
        (Typed("a\x00b"), "nul"),
    ],
)
def test_what_names_nobody_is_refused(typed, code):
    with pytest.raises(Exception) as caught:  # noqa: PT011
        SourceField().clean(typed)

    assert caught.value.code == code


def test_picking_one_and_typing_another_is_refused():
    SourceFactory(person=True, name="Volodymyr Zelensky")
    picked = SourceFactory(person=True, name="Jens Stoltenberg")
    with pytest.raises(Exception, match="Keep one of them"):
        resolve("Volodymyr Zelensky", pick=str(picked.pk))


def test_names_in_a_passage_are_suggested_longest_first():
    stoltenberg = SourceFactory(person=True, name="Jens Stoltenberg")
    alliance = SourceFactory(name="NATO")
    SourceFactory(name="ATO")
    SourceFactory(unnamed=True, name="NATO")
    SourceFactory(person=True, name="Said Secretary")
    text = "“We cannot exclude it,” Stoltenberg of NATO said."

    assert named_in(text, Source.objects.all()) == [stoltenberg, alliance]


def test_passage_without_names_suggests_nobody(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert named_in("it rained; 2023…", Source.objects.all()) == []


def test_known_sources_say_which_unnamed_ones_are_meant():
    SourceFactory(name="Reuters")
    unnamed = SourceFactory(unnamed=True, name="officials")

    assert known_sources() == [f"officials · S-{unnamed.pk}", "Reuters"]
    assert known_sources(SourceKind.ORGANISATION) == ["Reuters"]


@pytest.mark.parametrize("path", ["edit/", "capture/"])
@pytest.mark.parametrize("pk", [0, 10**18, 10**30])
def test_unknown_article_is_not_found(editor_client: Client, path, pk):
    assert editor_client.get(f"/desk/articles/{pk}/{path}").status_code == 404
    assert editor_client.post(f"/desk/articles/{pk}/{path}").status_code == 404
