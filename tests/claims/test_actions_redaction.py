"""The one lawful exit: words are blanked everywhere, hashes and the reason stay."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from articles.models import Event, Snapshot
from articles.policy import NotAllowed
from claims import record
from claims.actions.evidence import add_appearance, link_evidence, void_appearance
from claims.actions.intake import edit_claim, publish_claim
from claims.actions.recapture import recapture
from claims.actions.redaction import redact
from claims.choices import Basis
from claims.history_check import check
from claims.models import Appearance, Claim
from claims.refusals import Refusal
from tests.acting import tables
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    EvidenceFactory,
    SnapshotFactory,
    SourceFactory,
    day,
    passage_of,
)

pytestmark = pytest.mark.django_db

SECRET = "Jane Doe of 7 Elm Street"
TEXT = f"Reporters met {SECRET} yesterday. It could be dry. It rained."
SENTENCE = f"Reporters met {SECRET} yesterday."


def everything() -> str:
    """All that our tables hold, as text."""
    return "\n".join(row for rows in tables().values() for row in rows)


def verified() -> tuple[Any, ...]:
    return (check(record.entries()).faults, record.orphans())


def test_snapshot_redacted_with_its_quotations(editor: User, chief: User) -> None:
    snapshot = SnapshotFactory(text=TEXT)
    linked = link_evidence(
        by=editor,
        claim=ClaimFactory(published=True),
        source=SourceFactory(),
        stated=day("2023-03-07"),
        passages=[passage_of(snapshot, SECRET, hedge="of")],
    )
    added = add_appearance(
        by=editor, evidence=EvidenceFactory(), passage=passage_of(snapshot, "It could be dry")
    )
    voided = AppearanceFactory(snapshot=snapshot, exact="It rained")
    void_appearance(by=editor, appearance=voided, reason="misread")
    elsewhere = AppearanceFactory()
    sha256 = snapshot.text_sha256 or Snapshot.objects.get(pk=snapshot.pk).text_sha256
    assert SECRET in everything()

    event = redact(by=chief, subject=snapshot, reason="  Personal \n data ")

    held = Snapshot.objects.get(pk=snapshot.pk)
    assert (held.text, held.redaction_reason, held.text_sha256) == ("", "Personal data", sha256)
    rows = Appearance.objects.filter(snapshot=snapshot)
    assert (
        list(rows.values_list("exact", "prefix", "suffix", "hedge", "redaction_reason"))
        == [("", "", "", "", "Personal data")] * 3
    )
    assert [row.span is not None for row in rows] == [True] * 3
    assert Appearance.objects.get(pk=elsewhere.pk).exact == elsewhere.exact
    assert SECRET not in everything()
    assert (event.chain, event.verb, event.by) == (
        f"snapshot/{snapshot.pk}",
        "snapshot.redacted",
        chief,
    )
    assert event.payload == {
        "reason": "Personal data",
        "appearances": sorted([linked.appearances.get().pk, added.pk, voided.pk]),
        "events": sorted(
            [
                [f"claim/{linked.claim_id}", 3],
                [f"claim/{added.evidence.claim_id}", 3],
                [f"claim/{voided.evidence.claim_id}", 3],
            ]
        ),
    }
    assert verified() == ((), [])


def test_appearance_redacted_alone(editor: User, chief: User) -> None:
    snapshot = SnapshotFactory(text=TEXT)
    evidence = link_evidence(
        by=editor,
        claim=ClaimFactory(),
        source=SourceFactory(),
        stated=day("2023-03-07"),
        passages=[passage_of(snapshot, SECRET), passage_of(snapshot, "It rained")],
    )
    secret, other = evidence.appearances.all()
    event = redact(by=chief, subject=secret, reason="Court order")
    held = Appearance.objects.get(pk=secret.pk)
    assert (held.exact, held.redaction_reason) == ("", "Court order")
    assert Appearance.objects.get(pk=other.pk).exact == "It rained"
    assert Snapshot.objects.get(pk=snapshot.pk).text == TEXT
    assert event.payload == {"reason": "Court order", "events": [[f"claim/{evidence.claim_id}", 2]]}
    blanked = Event.objects.get(chain=f"claim/{evidence.claim_id}", seq=2)
    assert (blanked.payload, blanked.salt) == ({"redacted": "Court order"}, "")
    assert verified() == ((), [])


@pytest.fixture
def carried(editor: User) -> list[Appearance]:
    """A passage as it was logged, carried over, carried over with a word more, and a neighbour."""
    old = SnapshotFactory(text=TEXT)
    evidence = EvidenceFactory()
    first = add_appearance(by=editor, evidence=evidence, passage=passage_of(old, SENTENCE))
    other = add_appearance(by=editor, evidence=evidence, passage=passage_of(old, "It rained"))
    via = AppearanceFactory(evidence=evidence, via=first)
    for text in (f"Much has changed. {TEXT}", TEXT.replace("yesterday", "late yesterday")):
        recapture(by=editor, article=old.article, text=text)
    _same, newest = first.onward.filter(basis=Basis.REVISION).order_by("pk")
    void_appearance(by=editor, appearance=newest, reason="misread")
    assert newest.exact == SENTENCE.replace("yesterday", "late yesterday")
    assert list(first.onward.exclude(basis=Basis.REVISION)) == [via]
    return [first, _same, newest, other]


@pytest.mark.parametrize("chosen", [0, 1, 2])
def test_appearance_redacted_wherever_it_was_carried(
    chosen: int, carried: list[Appearance], chief: User
) -> None:
    """Also from the middle, with other words, and what was voided; the neighbour stays."""
    *family, other = carried
    last = Event.objects.latest("pk").pk
    chain = f"claim/{other.evidence.claim_id}"
    holding = Event.objects.filter(
        subject_type="appearance",
        subject_id__in=[row.pk for row in family],
        verb__in=("appearance.added", "appearance.carried"),
    )
    assert holding.count() == 3
    places = sorted([chain, seq] for seq in holding.values_list("seq", flat=True))

    event = redact(by=chief, subject=family[chosen], reason="Court order")

    rest = [row.pk for row in family if row != family[chosen]]
    assert event.payload == {"reason": "Court order", "events": places, "appearances": rest}
    assert [
        (row.subject_id, row.verb, row.chain, row.payload)
        for row in Event.objects.filter(pk__gt=last, pk__lt=event.pk).order_by("pk")
    ] == [
        (
            pk,
            "appearance.redacted",
            chain,
            {"reason": "Court order", "events": [], "with": family[chosen].pk},
        )
        for pk in rest
    ]
    assert Event.objects.latest("pk") == event
    held = Appearance.objects.in_bulk([row.pk for row in family])
    assert {
        (row.exact, row.prefix, row.suffix, row.hedge, row.redaction_reason)
        for row in held.values()
    } == {("", "", "", "", "Court order")}
    assert Appearance.objects.get(pk=other.pk).exact == "It rained"
    assert verified() == ((), [])


def test_appearance_is_redacted_everywhere_or_nowhere(
    carried: list[Appearance], chief: User
) -> None:
    before = tables()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF NEW.subject_id = {carried[1].pk} THEN RAISE EXCEPTION USING"
            " ERRCODE = 'integrity_constraint_violation', MESSAGE = 'broken'; END IF;"
            " RETURN NEW; END $$;"
            "CREATE TRIGGER stop BEFORE INSERT ON articles_event"
            " FOR EACH ROW EXECUTE FUNCTION stop();"
        )
    with pytest.raises(IntegrityError, match="broken"):
        redact(by=chief, subject=carried[0], reason="Court order")
    assert tables() == before


def test_carried_passage_left_by_an_earlier_redaction(
    carried: list[Appearance], chief: User
) -> None:
    """What was redacted with its snapshot says so once; the others still can be."""
    first, same, newest, _other = carried
    assert first.snapshot is not None
    redact(by=chief, subject=first.snapshot, reason="Court order")
    event = redact(by=chief, subject=same, reason="Personal data")
    assert event.payload["appearances"] == [newest.pk]
    assert Appearance.objects.get(pk=first.pk).redaction_reason == "Court order"
    assert verified() == ((), [])


@pytest.mark.parametrize("published", [True, False])
def test_claim_redacted(published: bool, editor: User, chief: User) -> None:
    claim = ClaimFactory(prediction=True, text=f"It will rain on {SECRET}", published=False)
    edit_claim(by=editor, claim=claim, text=f"It will snow on {SECRET}")
    edit_claim(by=editor, claim=claim, language="fr")
    if published:
        claim = publish_claim(by=editor, claim=claim)
    EvidenceFactory(claim=claim)
    event = redact(by=chief, subject=claim, reason="Court order")
    held = Claim.objects.get(pk=claim.pk)
    assert (held.text, held.criteria, held.slug, held.redaction_reason) == (
        "",
        "",
        "claim",
        "Court order",
    )
    assert (held.is_published, held.for_count, held.window) == (published, 1, claim.window)
    assert SECRET not in everything()
    assert "jane-doe" not in everything()
    places = [[f"claim/{claim.pk}", seq] for seq in ((1, 2, 4) if published else (1, 2))]
    assert event.payload == {"reason": "Court order", "events": places}
    assert verified() == ((), [])


def test_redacted_once(chief: User) -> None:
    appearance = AppearanceFactory()
    for subject in (appearance.evidence.claim, appearance, appearance.snapshot):
        redact(by=chief, subject=subject, reason="Court order")
        with pytest.raises(Refusal) as caught:
            redact(by=chief, subject=subject, reason="Again")
        assert caught.value.rule == "redacted_before"
    assert verified() == ((), [])


@pytest.mark.parametrize("reason", ["", " \n", "a\x00b", "a\ud800b", "x" * 501])
def test_redacted_without_a_reason_that_can_stand(reason: str, chief: User) -> None:
    claim = ClaimFactory()
    before = tables()
    with pytest.raises(ValidationError) as caught:
        redact(by=chief, subject=claim, reason=reason)
    assert list(caught.value.message_dict) == ["reason"]
    assert tables() == before


def test_redacted_by_an_editor(editor: User) -> None:
    with pytest.raises(NotAllowed):
        redact(by=editor, subject=ClaimFactory(), reason="Court order")


def test_redacted_draft_cannot_be_edited(editor: User, chief: User) -> None:
    claim = ClaimFactory()
    redact(by=chief, subject=claim, reason="Court order")
    with pytest.raises(Refusal) as caught:
        edit_claim(by=editor, claim=claim, text="The old words")
    assert caught.value.rule == "claim_redacted"
    with pytest.raises(ValidationError):
        publish_claim(by=editor, claim=claim)


def test_redacted_text_does_not_come_back(editor: User, chief: User) -> None:
    """The hash that stays recognises it: capturing it again is no new capture."""
    snapshot = SnapshotFactory(text=TEXT)
    redact(by=chief, subject=snapshot, reason="Court order")
    again = SnapshotFactory(article=snapshot.article, text=TEXT)
    assert (again.pk, again.text) == (snapshot.pk, "")


# The command


def run(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command("redact", *args, stdout=out, **options)
    return out.getvalue()


def fault(*args: str, **options: Any) -> str:
    with pytest.raises(CommandError) as caught:
        run(*args, **options)
    return str(caught.value)


@pytest.fixture
def order(chief: User) -> dict[str, Any]:
    return {"reason": "Court order", "by": "chief", "yes": True}


def test_command_redacts(order: dict[str, Any]) -> None:
    appearance = AppearanceFactory()
    assert run("appearance", str(appearance.pk), **order) == (
        f"Redacted: appearance {appearance.pk}, 1 event.\n"
    )
    assert run("snapshot", str(appearance.snapshot_id), **order) == (
        f"Redacted: snapshot {appearance.snapshot_id}, 0 quotations in it, 0 events.\n"
    )
    claim = appearance.evidence.claim
    assert run("claim", f"CL-{claim.pk}", **order) == (f"Redacted: claim {claim.pk}, 1 event.\n")
    assert Claim.objects.get(pk=claim.pk).text == ""


def test_command_tells_where_else_the_quotation_goes(
    carried: list[Appearance], order: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    others = "the same passage in 2 other texts of the article"
    monkeypatch.setattr("sys.stdin", StringIO("redact\n"))
    told = run("appearance", str(carried[1].pk), **order | {"yes": False})
    assert told == (
        f"{carried[1]}\nWith it: {others}.\n"
        f"Redacted: appearance {carried[1].pk}, {others}, 3 events.\n"
    )


@pytest.mark.parametrize(("answer", "done"), [("redact", True), ("yes", False), ("", False)])
def test_command_asks(
    answer: str, done: bool, order: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = ClaimFactory()
    monkeypatch.setattr("sys.stdin", StringIO(f"{answer}\n" if answer else ""))
    given = ("claim", str(claim.pk))
    if done:
        assert claim.text in run(*given, **order | {"yes": False})
    else:
        assert fault(*given, **order | {"yes": False}) == "Nothing was changed."
    assert (Claim.objects.get(pk=claim.pk).text == "") is done


def test_command_faults(order: dict[str, Any], editor: User) -> None:
    claim = str(ClaimFactory().pk)
    before = tables()
    assert fault("claim", "0", **order) == "There is no claim 0."
    assert fault("claim", "CL-x", **order) == "“CL-x” is no number of a row."
    assert fault("claim", "-1", **order) == "“-1” is no number of a row."
    assert fault("claim", "٣", **order) == "“٣” is no number of a row."
    assert fault("claim", "9" * 30, **order) == f"“{'9' * 30}” is no number of a row."
    assert fault("snapshot", "CL-1", **order) == "“CL-1” is no number of a row."
    assert fault("verdict", claim, **order).startswith("Error: argument TYPE: invalid choice")
    assert fault("claim", claim, **order | {"reason": " "}) == "Say why it is redacted."
    assert fault("claim", claim, **order | {"by": "nobody"}) == "There is no account “nobody”."
    assert fault("claim", claim, **order | {"by": "editor"}) == (
        "Your account may not do this. Ask a chief editor."
    )
    assert tables() == before
