"""One form logs what a passage says: claim, source, role, chain of documents, evidence."""

from decimal import Decimal

import pytest

from articles.models import Affiliation, Article, Source
from claims.models import Appearance, Claim, Evidence, Question
from tests.claims.desk import DENIAL, TEXT, errors, everything, place, said
from tests.factories import (
    AffiliationFactory,
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    SnapshotFactory,
    SourceFactory,
    day,
    passage_of,
)

pytestmark = pytest.mark.django_db

NOT_THERE = "These words are not in the passage. Keep them exactly as they stand."
HOP = {"via-0-kind": "news", "via-0-basis": "credited"}
CLAIM = "The Ukrainian state sabotaged the Nord Stream pipelines"


@pytest.fixture
def snapshot():
    return SnapshotFactory(text=TEXT, article__title="Day 378")


@pytest.fixture
def reznikov():
    return SourceFactory(person=True, name="Oleksii Reznikov")


@pytest.fixture
def log(editor_client, snapshot):
    """Sends the form for the denial; named fields differ, ``None`` leaves one out."""

    def send(passage=DENIAL, spoken=snapshot, **given):
        sent = {
            **place(spoken, passage),
            "text": CLAIM,
            "kind": "responsibility",
            "source": "Oleksii Reznikov",
            "stance": "denies",
            "scope": "same",
            "stated": "2023-03-08",
            "language": "en",
        } | given
        sent = {name: value for name, value in sent.items() if value is not None}
        return editor_client.post(f"/desk/articles/{spoken.article_id}/log/", sent)

    return send


# The usual case


def test_claim_evidence_and_passage_are_logged_together(log, snapshot, reznikov):
    response = log()

    evidence = Evidence.objects.select_related("claim").get()
    claim, appearance = evidence.claim, evidence.appearances.get()
    assert (response.status_code, response["Location"]) == (
        303,
        f"/desk/articles/{snapshot.article_id}/?saved={evidence.pk}",
    )
    assert (claim.text, claim.kind, claim.is_published) == (CLAIM, "responsibility", False)
    assert (evidence.source, evidence.stance, evidence.scope) == (reznikov, "denies", "same")
    assert evidence.stated == day("2023-03-08")
    assert (appearance.exact, appearance.article, appearance.snapshot) == (
        DENIAL,
        snapshot.article,
        snapshot,
    )
    assert (appearance.seen, appearance.via, appearance.verbatim) == (True, None, False)
    assert (claim.evidence_state, claim.against_count) == ("denied_only", 1)


def test_next_sentence_is_offered_after_saving(log, editor_client, reznikov):
    response = log("It rained.", text="It rained")
    page = editor_client.get(response["Location"])

    assert response["Location"].endswith("&after=2")
    claim = Claim.objects.get()
    link = f'<a href="{claim.get_absolute_url()}">CL-{claim.pk}</a>'
    assert said(page) == [f"Logged: {link}"]
    assert page.content.decode().count(" autofocus") == 1
    assert 'id="s-2" href' in page.content.decode().split(" autofocus")[0].rsplit("<a", 1)[1]


def test_save_and_publish_publishes(log, reznikov):
    log(publish="1")

    assert Claim.objects.get().is_published


def test_stated_date_is_that_of_the_article_until_it_is_changed(editor_client, snapshot):
    query = "&".join(f"{name}={value}" for name, value in place(snapshot).items())
    page = editor_client.get(f"/desk/articles/{snapshot.article_id}/?{query}")

    assert page.context["form"]["stated"].value() == "2023-03-08"


def form_for(client, snapshot, passage=DENIAL, **asked):
    query = {**place(snapshot, passage), **asked}
    return client.get(f"/desk/articles/{snapshot.article_id}/", query).context["form"]


def test_source_that_the_sentence_credits_is_suggested(editor_client, snapshot, reznikov):
    field = form_for(editor_client, snapshot)["source"]

    assert field.value() == "Oleksii Reznikov"
    assert field.help_text == "Suggested: this sentence credits it. Is it so?"


def test_source_that_is_only_named_is_offered_and_not_filled_in(editor_client, snapshot, reznikov):
    two = TEXT.split("\n\n")[1]
    field = form_for(editor_client, snapshot, two)["source"]
    assert field.value() is None
    assert field.field.widget.picks == [(str(reznikov.pk), "Oleksii Reznikov · Person")]


def test_speaker_of_the_sentence_before_is_never_carried_on(log, editor_client, snapshot, reznikov):
    log()
    assert form_for(editor_client, snapshot, "It rained.")["source"].value() is None


def test_form_begins_with_what_the_words_hint_at(editor_client, snapshot):
    denial = form_for(editor_client, snapshot)
    assert (denial["stance"].value(), denial["text"].value()) == ("denies", "")
    said = form_for(editor_client, snapshot, TEXT.split(" It rained")[0])
    assert (said["kind"].value(), said["hedge"].value()) == ("prediction", "cannot exclude")
    rain = form_for(editor_client, snapshot, "It rained.")
    assert [rain[name].value() for name in ("text", "stance", "kind", "hedge")] == [
        "It rained",
        "asserts",
        "event",
        "",
    ]


def test_quotation_in_several_pieces_is_logged_piece_by_piece(log, editor_client, reznikov):
    text = "“It is dry,” Reznikov said, “and it could stay so.” It rained."
    spoken = SnapshotFactory(text=text)
    whole = text.removesuffix(" It rained.")
    form = form_for(editor_client, spoken, whole, words="quoted")
    assert form["exact"].value() == "It is dry … and it could stay so."
    log(whole, spoken, exact=form["exact"].value(), hedge="could", stance="asserts")
    first, second = Appearance.objects.order_by("pk")
    assert (first.exact, first.hedge, first.via) == ("It is dry", "", None)
    assert (second.exact, second.hedge, second.via) == ("and it could stay so.", "could", None)
    assert (first.evidence, first.article) == (second.evidence, second.article)


@pytest.mark.parametrize("exact", ["It is dry … so.” It", "so … It is dry", "It is wet … so"])
def test_pieces_stand_in_the_passage_one_after_the_other(log, reznikov, exact):
    spoken = SnapshotFactory(text="“It is dry,” Reznikov said, “and it could stay so.” It rained.")
    whole = spoken.text.removesuffix(" It rained.")
    before = everything()
    assert errors(log(whole, spoken, exact=exact)) == {"exact": [NOT_THERE]}
    assert everything() == before


def test_hedge_stands_in_one_of_the_pieces(log, reznikov):
    spoken = SnapshotFactory(text="“It is dry,” Reznikov said, “and it could stay so.” It rained.")
    whole = spoken.text.removesuffix(" It rained.")
    refused = log(whole, spoken, exact="It is dry … and", hedge="dry … and")
    assert errors(refused) == {"hedge": ["The hedge must stand in one of the pieces."]}


def test_evidence_is_asked_for_the_claim_that_was_logged_last(log, editor_client, snapshot):
    claim = ClaimFactory()
    form = form_for(editor_client, snapshot, **{"as": "evidence", "claim": claim.pk})
    assert form["existing"].field.widget.picks == [(str(claim.pk), f"{claim.public_id} · {claim}")]
    SourceFactory(person=True, name="Oleksii Reznikov")
    log(**{"as": "evidence"}, text=None, existing_pick=claim.pk)
    assert Evidence.objects.get().claim == claim
    assert errors(log(**{"as": "evidence"}, text=None)).keys() == {"existing"}


# What holds no claim


@pytest.fixture
def read(editor_client, snapshot):
    """Says that a passage holds no claim."""

    def send(passage, **given):
        sent = {**place(snapshot, passage), **given}
        return editor_client.post(f"/desk/articles/{snapshot.article_id}/read/", sent)

    return send


def coverage(client, snapshot):
    text = client.get(f"/desk/articles/{snapshot.article_id}/").context["text"]
    return text.read, text.logged, text.count


def test_sentences_without_a_claim_count_as_read(read, log, editor_client, snapshot, reznikov):
    assert coverage(editor_client, snapshot) == (0, 0, 4)
    response = read("It rained.")
    read("It rained.")
    assert (response.status_code, response["Location"]) == (
        303,
        f"/desk/articles/{snapshot.article_id}/?after=2&passed=67-77",
    )
    assert coverage(editor_client, snapshot) == (1, 0, 4)
    log()
    assert coverage(editor_client, snapshot) == (2, 1, 4)
    read("It rained.", again="1")
    assert coverage(editor_client, snapshot) == (1, 1, 4)


def test_sentence_stays_read_when_the_article_is_captured_again(read, editor_client, snapshot):
    read("It rained.")
    SnapshotFactory(article=snapshot.article, text=f"It was cold. {TEXT}")
    assert coverage(editor_client, snapshot) == (1, 0, 5)


def test_passage_that_is_not_there_is_not_read(read, editor_client, snapshot):
    assert read("It rained.", end=10**6).status_code == 422
    assert coverage(editor_client, snapshot) == (0, 0, 4)


def test_suggested_source_is_taken_when_it_is_picked(log, reznikov):
    log(source="", source_pick=reznikov.pk)

    assert Evidence.objects.get().source == reznikov


# Who says so


def test_source_is_required(log):
    response = log(source="")

    assert response.status_code == 422
    assert errors(response) == {
        "source": ["Say who it is. Somebody unnamed is described: “unnamed US officials”."]
    }


def test_new_unnamed_source_is_first_class(log):
    SourceFactory(unnamed=True, name="unnamed US officials")
    log(source="unnamed US officials", source_kind="unnamed")

    assert Source.objects.filter(name="unnamed US officials", kind="unnamed").count() == 2


def test_slip_of_the_pen_adds_nobody(log, reznikov):
    before = everything()
    response = log(source="Oleksi Reznikov")

    assert list(errors(response)) == ["source"]
    assert "Oleksii Reznikov · Person" in response.content.decode()
    assert everything() == before


# The words


def test_quotation_is_narrowed_to_a_part_of_the_passage(log, snapshot, reznikov):
    log(exact="It’s not our action", verbatim="on")

    appearance = Appearance.objects.get()
    start = TEXT.index("It’s not our action")
    assert (appearance.exact, appearance.verbatim) == ("It’s not our action", True)
    assert (appearance.span.lower, appearance.span.upper) == (start, start + 19)


def test_quotation_over_a_line_break_is_found(log, reznikov):
    passage = TEXT[TEXT.index("It rained.") : TEXT.index(" wrote")]
    log(passage, exact=passage.replace("\n", "\r\n"))

    assert Appearance.objects.get().exact == passage


@pytest.mark.parametrize(
    ("exact", "told"),
    [
        (
            "It is not our action",
            "These words are not in the passage. Keep them exactly as they stand.",
        ),
        ("It rained.", "These words are not in the passage. Keep them exactly as they stand."),
        ("o", "These words stand in the passage more than once. Quote a few more."),
    ],
)
def test_quotation_that_is_not_there_is_refused(log, reznikov, exact, told):
    before = everything()

    assert errors(log(exact=exact)) == {"exact": [told]}
    assert everything() == before


def test_passage_of_another_snapshot_is_refused(log, reznikov):
    other = SnapshotFactory(text=TEXT)
    before = everything()

    assert log(snapshot=other.pk).status_code == 422
    assert everything() == before


@pytest.mark.parametrize(
    ("start", "end"),
    [("5", "5"), ("9", "5"), ("0", "9999"), ("x", "9"), ("", ""), ("-1", "5"), ("1", "9" * 30)],
)
def test_passage_that_is_not_in_the_text_is_refused(log, editor_client, snapshot, start, end):
    before = everything()
    response = log(start=start, end=end)
    page = editor_client.get(f"/desk/articles/{snapshot.article_id}/?start={start}&end={end}")

    assert (response.status_code, page.status_code) == (422, 200)
    told = "That passage is not in this text."
    assert told in response.content.decode()
    assert told in page.content.decode()
    assert everything() == before


def test_hedge_must_be_words_of_the_quotation(log, reznikov):
    response = log(hedge="likely")

    assert errors(response) == {"hedge": ["The hedge must be words of the quotation."]}
    log(
        "“We cannot exclude that Bakhmut will fall,” said Jens Stoltenberg.", hedge="cannot exclude"
    )
    assert Appearance.objects.get().hedge == "cannot exclude"


# Errors, all at once


def test_every_error_comes_at_once_and_everything_typed_is_kept(log):
    before = everything()
    sent = {
        "text": "c" * 10_000,
        "source": "Nobody",
        "stated": "2023-03-15/2023-03-08",
        "stance": "denies",
        "p_low": "0.9",
        "p_high": "55 %",
        "hedge": "perhaps",
        "role": "Minister",
        "window_from": "2023-05",
        "window_until": "2023-04",
        "via-0-document": "https://example.org/unknown",
    }
    response = log(**sent)

    assert response.status_code == 422
    assert errors(response) == {
        "text": ["Ensure this value has at most 1000 characters (it has 10000)."],
        "source": ["No source is called “Nobody” yet. Pick one, or say what it is to add it."],
        "stated": ["The dates are reversed: the first one comes later than the last one."],
        "p_low": [
            "Probabilities run from 0 to 1, the lower one first, both or none.",
            "Only an assertion can carry a probability.",
        ],
        "hedge": ["The hedge must be words of the quotation."],
        "organisation": ["Say in which organisation."],
        "__all__": ["The documents it came through need another look."],
    }
    hop = response.context["form"].hops[0]
    assert list(hop.errors["document"]) == [
        "No document here has this address. Write its title; its address below."
    ]
    page = response.content.decode()
    assert all(f'value="{value}"' in page for name, value in sent.items() if name[:2] == "p_")
    assert all(value in page for value in sent.values())
    assert "https://example.org/unknown</" not in page
    assert page.count("Write its title; its address below.") == 2
    assert everything() == before


def test_reversed_window_is_refused(log, reznikov):
    response = log(kind="prediction", window_from="2023-05", window_until="2023-04")

    assert errors(response) == {"window_until": ["This is before the window begins."]}


@pytest.mark.parametrize(
    "field", ["text", "source", "stated", "exact", "hedge", "note", "role", "question", "criteria"]
)
def test_nul_is_refused_at_its_field(log, reznikov, field):
    before = everything()
    response = log(**{field: "a\x00b"})

    assert response.status_code == 422
    assert field in errors(response)
    assert everything() == before


@pytest.mark.parametrize("field", ["kind", "stance", "scope"])
def test_unknown_word_is_refused_at_its_field(log, reznikov, field):
    assert list(errors(log(**{field: "gossip"}))) == [field]


def test_inference_needs_a_note(log, reznikov):
    told = "“Supports” and “weakens” are your inference: say in the note why."

    assert errors(log(stance="weakens")) == {"note": [told]}


def test_claim_or_one_that_is_here_is_needed_but_not_both(log, reznikov):
    held = ClaimFactory()
    neither = log(text="")
    both = log(existing=held.public_id)

    assert errors(neither) == {
        "text": ["Write the claim in one plain sentence, or choose one that is here."]
    }
    assert errors(both) == {
        "existing": ["You wrote a new claim and chose one that is here. Keep one of them."]
    }


def test_form_sent_empty_says_what_is_needed(editor_client, snapshot):
    response = editor_client.post(f"/desk/articles/{snapshot.article_id}/log/", place(snapshot))

    assert response.status_code == 422
    assert {"text", "kind", "source", "stance", "scope", "stated"} == (
        errors(response).keys() & {"text", "kind", "source", "stance", "scope", "stated"}
    )


# A claim that is here already


@pytest.mark.parametrize(
    "words", ["CL-{pk}", "{pk}", "cl-{pk}", "http://x/claims/{pk}-a-b/", "{text}"]
)
def test_evidence_is_linked_to_a_claim_that_is_here(log, reznikov, words):
    held = EvidenceFactory(claim__text="A pro-Ukrainian group did it").claim
    log(text="", existing=words.format(pk=held.pk, text=held.text.upper()), scope="narrower")

    evidence = Evidence.objects.get(source=reznikov)
    assert (evidence.claim, evidence.scope) == (held, "narrower")
    assert Claim.objects.count() == 1


def test_scope_is_explained_after_saving(log, editor_client, reznikov):
    held = EvidenceFactory(claim__published=True).claim
    response = log(text="", existing=held.public_id, scope="narrower")
    page = editor_client.get(response["Location"])

    assert said(page)[0].startswith(
        "Evidence linked. 1 corroborating, 1 disputing. "
        "It denies something narrower, which leaves this claim possible. <a href="
    )


def test_words_of_a_claim_find_it_to_be_picked(log, reznikov):
    held = ClaimFactory(text="A pro-Ukrainian group sabotaged the pipelines")
    response = log(text="", existing="pipelines sabotaged by a group")

    assert list(errors(response)) == ["existing"]
    assert f"CL-{held.pk} · {held.text}" in response.content.decode()
    log(text="", existing="pipelines sabotaged by a group", existing_pick=held.pk)
    assert Evidence.objects.get().claim == held


@pytest.mark.parametrize("words", ["CL-0", "CL-999999", "9" * 18, "9" * 40, "nothing like it"])
def test_unknown_claim_is_refused(log, reznikov, words):
    assert list(errors(log(text="", existing=words))) == ["existing"]


def test_same_evidence_twice_is_refused_at_the_source(log, reznikov):
    log()
    held, before = Claim.objects.get(), everything()
    response = log(text="", existing=held.public_id)

    assert response.status_code == 422
    assert errors(response) == {
        "source": ["This source already takes this stance on this claim at that date."]
    }
    assert everything() == before


# Roles, probability, question


def test_role_at_that_date_is_kept_with_the_organisation(log, reznikov):
    log(
        role="Minister of Defence",
        organisation="Government of Ukraine",
        organisation_kind="organisation",
        one_voice="on",
    )

    role = Affiliation.objects.select_related("organisation").get()
    assert (role.source, role.role, role.one_voice) == (reznikov, "Minister of Defence", True)
    assert role.organisation.name == "Government of Ukraine"
    assert role.during == day("2023-03-08")


def test_role_that_is_known_for_that_date_is_not_added_again(log, reznikov):
    held = AffiliationFactory(source=reznikov, role="Minister")
    log(role="minister", organisation=held.organisation.name)

    assert Affiliation.objects.count() == 1


def test_role_that_differs_from_the_known_one_is_refused_at_its_field(log, reznikov):
    held = AffiliationFactory(source=reznikov, role="Minister")
    before = everything()
    response = log(role="Envoy", organisation=held.organisation.name)

    assert errors(response) == {
        "role": ["This source already has a role in that organisation during these dates."]
    }
    assert everything() == before


def test_organisation_without_a_role_is_refused(log, reznikov):
    organisation = SourceFactory()

    assert errors(log(organisation=organisation.name)) == {"role": ["Name the role."]}


def test_probability_is_taken_as_a_number_or_a_percentage(log, reznikov):
    log(stance="asserts", p_low="0.55", p_high="80 %")

    evidence = Evidence.objects.get()
    assert (evidence.p_low, evidence.p_high) == (Decimal("0.550"), Decimal("0.800"))


def test_question_is_opened_once(log, reznikov):
    log(question="Who did it?")
    log(question="Who did it?", text="Another answer", stated="2023-03-09")

    assert Question.objects.get().claims.count() == 2


# Predictions


def test_prediction_is_published_with_its_terms_only(log, reznikov):
    before = everything()
    response = log(kind="prediction", publish="1")

    assert errors(response) == {
        "window_until": ["Say when this prediction settles before it is published."],
        "criteria": ["Say what would settle this prediction before it is published."],
    }
    assert everything() == before
    log(kind="prediction", publish="1", window_until="15 March 2023", criteria="Nobody is left.")
    claim = Claim.objects.get()
    assert claim.is_published
    assert (claim.window.lower, str(claim.window.upper)) == (None, "2023-03-16")


# Second-hand


def test_chain_of_documents_is_written_from_the_origin(log, snapshot):
    wire = ArticleFactory(title="Wire copy", url="https://example.org/wire")
    passage = TEXT[TEXT.index("A newspaper") : TEXT.index(" “It’s not")]
    log(
        passage,
        stance="asserts",
        source="unnamed officials",
        source_kind="unnamed",
        **{
            "via-0-document": "Intelligence suggests a group did it",
            "via-0-publisher": "The New York Times",
            "via-0-publisher_kind": "organisation",
            "via-0-published": "7 March 2023",
            "via-0-kind": "news",
            "via-0-basis": "inferred",
            "via-1-document": wire.url,
            "via-1-kind": "news",
            "via-1-basis": "credited",
            "via-1-seen": "on",
        },
    )

    origin, middle, here = Appearance.objects.select_related("article__publisher").order_by("pk")
    assert (origin.article.title, origin.article.publisher.name) == (
        "Intelligence suggests a group did it",
        "The New York Times",
    )
    assert origin.article.published == day("2023-03-07")
    assert (middle.article, here.article) == (wire, snapshot.article)
    assert (origin.via, middle.via, here.via) == (None, origin, middle)
    assert (middle.basis, here.basis) == ("inferred", "credited")
    assert (origin.seen, middle.seen, here.seen) == (False, True, True)


@pytest.mark.parametrize("title", ["Day 378", "day 378"])
def test_document_of_the_chain_cannot_be_the_article_itself(log, reznikov, title):
    before = everything()
    response = log(**{"via-0-document": title} | HOP)

    hop = response.context["form"].hops[0]
    assert list(hop.errors["document"]) == ["The chain has been at this document before."]
    assert everything() == before


def test_document_that_is_not_here_needs_its_publisher(log, reznikov):
    response = log(**{"via-0-document": "Some report"} | HOP)

    assert list(response.context["form"].hops[0].errors) == ["document"]
    assert response.context["form"].hops_unfolded


def test_publisher_without_a_document_is_refused(log, reznikov):
    response = log(**{"via-0-publisher": "Reuters", "via-0-publisher_kind": "organisation"} | HOP)

    assert list(response.context["form"].hops[0].errors) == ["document"]
    assert Article.objects.count() == 1


# The page


def test_sentences_are_links_that_choose_them(editor_client, snapshot):
    page = editor_client.get(f"/desk/articles/{snapshot.article_id}/").content.decode()
    start = TEXT.index(DENIAL)
    here = f"/desk/articles/{snapshot.article_id}/?start={start}&amp;end={start + len(DENIAL)}"

    assert page.count('class="sentence"') == 4
    assert f'id="s-3" href="{here}#s-3" hx-get="{here}"' in page


def test_chosen_sentences_are_marked_and_may_grow(editor_client, snapshot):
    chosen = place(snapshot, "It rained.")
    address = f"/desk/articles/{snapshot.article_id}/?start={chosen['start']}&end={chosen['end']}"
    page = editor_client.get(address)
    text = page.context["text"]

    assert page.content.decode().count('aria-current="true">It rained.') == 1
    assert (text.before, text.after) == (
        f"start=0&end={chosen['end']}",
        f"start={chosen['start']}&end={TEXT.index(' “It’s not')}",
    )


def test_htmx_gets_the_panel_and_not_the_text_again(editor_client, snapshot):
    chosen = place(snapshot, "It rained.")
    address = f"/desk/articles/{snapshot.article_id}/?start={chosen['start']}&end={chosen['end']}"
    asks = {"HX-Request": "true", "HX-Target": "section#passage"}
    panel = editor_client.get(address, headers=asks)
    page = editor_client.get(address)

    assert (
        panel.content.decode()
        .lstrip()
        .startswith('<section class="layout__side stack" id="passage"')
    )
    assert 'data-first="1" data-last="1"' in panel.content.decode()
    assert 'class="sentence' not in panel.content.decode()
    start = page.content.decode().index('<section class="layout__side stack" id="passage"')
    assert 'class="sentence' in page.content.decode()[:start]
    assert {"HX-Request", "HX-Target"} <= set(page["Vary"].split(", "))


def test_htmx_gets_the_panel_back_where_the_form_is_refused(editor_client, snapshot):
    asks = {"HX-Request": "true", "HX-Target": "section#passage"}
    address = f"/desk/articles/{snapshot.article_id}/log/"
    response = editor_client.post(address, place(snapshot), headers=asks)

    assert response.status_code == 422
    assert 'class="sentence' not in response.content.decode()
    assert "Not saved yet" in response.content.decode()


def test_logged_claims_are_listed_where_they_are(editor_client, snapshot):
    evidence = EvidenceFactory(passages=[passage_of(snapshot, "It rained.")])
    chosen = place(snapshot, "It rained.")
    address = f"/desk/articles/{snapshot.article_id}/?start={chosen['start']}&end={chosen['end']}"
    page = editor_client.get(address).content.decode()

    assert page.count("is-logged") == 1
    assert "1 claim is logged here" in page
    assert page.count(f'href="{evidence.claim.get_absolute_url()}"') == 2


def test_earlier_capture_is_read_where_it_is_asked_for(editor_client, snapshot, reznikov, log):
    SnapshotFactory(article=snapshot.article, text="Everything is new.")
    address = f"/desk/articles/{snapshot.article_id}/"

    assert "Everything is new." in editor_client.get(address).content.decode()
    old = editor_client.get(f"{address}?snapshot={snapshot.pk}").content.decode()
    assert f"?snapshot={snapshot.pk}&amp;start=0" in old
    log()
    assert Appearance.objects.get().snapshot == snapshot
    assert (
        "1 passage is quoted from another capture." in editor_client.get(address).content.decode()
    )


def test_log_address_leads_back_to_the_article(editor_client, snapshot):
    response = editor_client.get(f"/desk/articles/{snapshot.article_id}/log/?start=1&end=2")

    assert (response.status_code, response["Location"]) == (
        303,
        f"/desk/articles/{snapshot.article_id}/?start=1&end=2",
    )


@pytest.mark.parametrize("claims", [1, 3])
def test_article_page_takes_as_many_queries_for_many_claims(
    editor_client, snapshot, claims, django_assert_num_queries
):
    for number in range(claims):
        EvidenceFactory(
            claim__text=f"Claim {number}", passages=[passage_of(snapshot, "It rained.")]
        )
    editor_client.get("/desk/")
    with django_assert_num_queries(15):
        editor_client.get(f"/desk/articles/{snapshot.article_id}/?start=67&end=77")
