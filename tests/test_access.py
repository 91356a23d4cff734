"""Who may do what: every address by method and role, as one table.

A status stands for itself; ``in`` is 302 to where one signs in, or that page at once. What is sent
by POST is what a browser would send from the page's own form, filled in so that it is accepted:
where somebody may, something happens.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.test import Client

from tests.factories import UserFactory
from tests.world import PASSWORD, ROLES, ROUTES, World, build, counts, undone

# name, permission, then what GET (HEAD answers the same) and POST give to
# somebody anonymous, somebody without a role, an editor, a chief
TABLE = """
healthz                    everybody                     200 200 200 200   405 405 405 405
readyz                     everybody                     200 200 200 200   405 405 405 405
login                      everybody                     200 200 200 200   302 302 302 302
logout                     everybody                     405 405 405 405   302 302 302 302
admin/login/               everybody                     in  403 403 403   405 405 405 405

articles:article_list      everybody                     200 200 200 200   405 405 405 405
articles:source_list       everybody                     200 200 200 200   405 405 405 405
claims:home                everybody                     200 200 200 200   405 405 405 405
claims:claim_list          everybody                     200 200 200 200   405 405 405 405
claims:claims_as           everybody                     200 200 200 200   405 405 405 405
claims:claim_short         everybody                     302 302 302 302   405 405 405 405
claims:claim               everybody                     200 200 200 200   405 405 405 405
claims:article             everybody                     200 200 200 200   405 405 405 405
claims:source              everybody                     200 200 200 200   405 405 405 405
claims:question            everybody                     200 200 200 200   405 405 405 405
claims:changes             everybody                     200 200 200 200   405 405 405 405
claims:corrections         everybody                     200 200 200 200   405 405 405 405
claims:data                everybody                     200 200 200 200   405 405 405 405
claims:claim_reviews       everybody                     200 200 200 200   405 405 405 405
claims:data_package        everybody                     200 200 200 200   405 405 405 405
claims:template_csv        everybody                     200 200 200 200   405 405 405 405
claims:template_xlsx       everybody                     200 200 200 200   405 405 405 405
claims:method              everybody                     200 200 200 200   405 405 405 405
claims:api_claims          everybody                     200 200 200 200   405 405 405 405
claims:api_claim           everybody                     200 200 200 200   405 405 405 405
claims:api_sources         everybody                     200 200 200 200   405 405 405 405
claims:api_source          everybody                     200 200 200 200   405 405 405 405
claims:api_statements      everybody                     200 200 200 200   405 405 405 405
claims:api_articles        everybody                     200 200 200 200   405 405 405 405
claims:api_article         everybody                     200 200 200 200   405 405 405 405
claims:api_questions       everybody                     200 200 200 200   405 405 405 405
claims:api_question        everybody                     200 200 200 200   405 405 405 405
claims:api_changes         everybody                     200 200 200 200   405 405 405 405
claims:api_corrections     everybody                     200 200 200 200   405 405 405 405
claims:claims_json         everybody                     200 200 200 200   405 405 405 405
claims:sources_json        everybody                     200 200 200 200   405 405 405 405
claims:articles_json       everybody                     200 200 200 200   405 405 405 405
claims:changes_json        everybody                     200 200 200 200   405 405 405 405
claims:corrections_json    everybody                     200 200 200 200   405 405 405 405
claims:claim_json          everybody                     200 200 200 200   405 405 405 405
claims:source_json         everybody                     200 200 200 200   405 405 405 405
claims:article_json        everybody                     200 200 200 200   405 405 405 405
claims:question_json       everybody                     200 200 200 200   405 405 405 405
claims:claim_csv           everybody                     200 200 200 200   405 405 405 405
claims:changes_csv         everybody                     200 200 200 200   405 405 405 405
claims:corrections_csv     everybody                     200 200 200 200   405 405 405 405
claims:sources_csv         everybody                     200 200 200 200   405 405 405 405
claims:articles_csv        everybody                     200 200 200 200   405 405 405 405
claims:api_docs            everybody                     200 200 200 200   405 405 405 405
claims:api_described       everybody                     200 200 200 200   405 405 405 405
claims:api_nowhere         everybody                     404 404 404 404   405 405 405 405
claims:cite                everybody                     200 200 200 200   405 405 405 405
claims:embed               everybody                     200 200 200 200   405 405 405 405
claims:oembed              everybody                     404 404 404 404   405 405 405 405
claims:report              everybody                     200 200 200 200   303 303 303 303
claims:robots              everybody                     200 200 200 200   405 405 405 405
claims:sitemap             everybody                     200 200 200 200   405 405 405 405
claims:sitemap_part        everybody                     200 200 200 200   405 405 405 405
claims:share_picture       everybody                     200 200 200 200   405 405 405 405
claims:claims_feed         everybody                     200 200 200 200   405 405 405 405
claims:claim_feed          everybody                     200 200 200 200   405 405 405 405
claims:source_feed         everybody                     200 200 200 200   405 405 405 405
claims:question_feed       everybody                     200 200 200 200   405 405 405 405
claims:changes_feed        everybody                     200 200 200 200   405 405 405 405
claims:corrections_feed    everybody                     200 200 200 200   405 405 405 405

articles:article_new       articles.add_article          in  403 200 200   in  403 303 303
articles:article_edit      articles.change_article       in  403 200 200   in  403 303 303
claims:article_capture     articles.add_snapshot         in  403 200 200   in  403 303 303
articles:source_new        articles.add_source           in  403 200 200   in  403 303 303
articles:source_edit       articles.change_source        in  403 200 200   in  403 303 303
articles:drafts            claims.view_claim             in  405 405 405   in  403 200 200
claims:add_role            articles.add_affiliation      in  403 200 200   in  403 303 303
claims:desk                claims.view_claim             in  403 200 200   in  405 405 405
claims:queue_as            claims.view_claim             in  403 200 200   in  405 405 405
claims:assign              claims.change_claim          in  405 405 405   in  403 303 303
claims:together            claims.change_claim          in  405 405 405   in  403 200 200
claims:apply_together      claims.change_claim          in  405 405 405   in  403 303 303
claims:undo_together       claims.change_claim          in  405 405 405   in  403 303 303
claims:save_filter         claims.view_claim            in  405 405 405   in  403 303 303
claims:drop_filter         claims.view_claim            in  405 405 405   in  403 303 404
claims:desk_article        claims.view_claim             in  403 200 200   in  405 405 405
claims:log_claim           claims.add_evidence           in  403 303 303   in  403 303 303
claims:pass_over           claims.add_claim              in  405 405 405   in  403 303 303
claims:similar_claims      claims.view_claim             in  403 200 200   in  405 405 405
claims:new_claim           claims.add_claim              in  403 200 200   in  403 303 303
claims:edit_claim          claims.change_claim           in  403 200 200   in  403 303 303
claims:publish_claim       claims.publish_claim          in  403 200 200   in  403 303 303
claims:withdraw_claim      claims.add_verdict            in  403 200 200   in  403 303 303
claims:link_evidence       claims.add_evidence           in  403 200 200   in  403 303 303
claims:relate_claim        claims.add_claimlink          in  403 200 200   in  403 303 303
claims:merge_claim         claims.merge_claim            in  403 200 200   in  403 303 303
claims:propose_verdict     claims.add_verdict            in  403 200 200   in  403 303 303
claims:add_outside_verdict claims.add_outsideverdict     in  403 200 200   in  403 303 303
claims:void_outside_verdict claims.change_outsideverdict in  403 200 200   in  403 303 303
claims:set_aside_claim     claims.change_claim           in  403 200 200   in  403 303 303
claims:take_up_claim       claims.change_claim           in  405 405 405   in  403 303 303
claims:void_claim_link     claims.change_claimlink       in  403 200 200   in  403 303 303
claims:add_appearance      claims.add_appearance         in  403 200 200   in  403 303 303
claims:relate_evidence     claims.add_evidencelink       in  403 200 200   in  403 303 303
claims:tell_apart          claims.add_evidencelink       in  405 405 405   in  403 303 303
claims:void_evidence       claims.change_evidence        in  403 200 200   in  403 303 303
claims:void_evidence_link  claims.change_evidencelink    in  403 200 200   in  403 303 303
claims:void_appearance     claims.change_appearance      in  403 200 200   in  403 303 303
claims:article_quotations  claims.view_claim             in  403 200 200   in  405 405 405
claims:repair_passage      claims.add_appearance         in  403 200 200   in  403 303 303
claims:give_up_passage     claims.change_appearance      in  403 200 200   in  403 303 303
claims:accept_passage      claims.change_appearance      in  405 405 405   in  403 303 303
claims:review_verdict      claims.view_verdict           in  403 200 200   in  405 405 405
claims:publish_verdict     claims.publish_verdict        in  405 405 405   in  403 303 303
claims:ask_for_changes     claims.publish_verdict       in  403 303 303   in  403 303 303
claims:take_over_verdict   claims.change_verdict        in  405 405 405   in  403 303 303
claims:reports             claims.view_challenge        in  403 200 200   in  405 405 405
claims:close_report        claims.change_challenge      in  403 303 303   in  403 303 303
claims:discard_verdict     claims.delete_verdict         in  403 303 303   in  403 303 303
claims:edit_question       claims.change_question       in  403 200 200   in  403 303 303
claims:undo_event          claims.view_claim             in  405 405 405   in  403 303 403
claims:import              claims.import_claims          in  403 200 200   in  403 303 303
claims:import_template     claims.import_claims          in  403 200 200   in  405 405 405
claims:import_batch        claims.import_claims          in  403 200 200   in  405 405 405
claims:import_columns      claims.import_claims          in  403 200 200   in  403 303 303
claims:import_encoding     claims.import_claims          in  405 405 405   in  403 303 303
claims:import_check        claims.import_claims          in  403 200 200   in  403 303 303
claims:import_rejected     claims.import_claims          in  403 200 200   in  405 405 405
claims:import_cancel       claims.import_claims          in  405 405 405   in  403 303 303
claims:import_resume       claims.import_claims          in  405 405 405   in  403 303 303
claims:import_undo         claims.import_claims          in  403 200 200   in  403 303 303
claims:import_discard      claims.import_claims          in  405 405 405   in  403 303 303

admin:index                    staff                     in  in  200 200   in  in  200 200
admin:app_list                 staff                     in  in  200 200   in  in  200 200
admin:login                    everybody                 in  403 403 403   405 405 405 405
admin:logout                   staff                     in  302 405 405   in  302 302 302
admin:password_change          staff                     in  in  200 200   in  in  200 200
admin:password_change_done     staff                     in  in  200 200   in  in  405 405
admin:autocomplete             staff                     in  in  403 403   in  in  405 405
admin:jsi18n                   staff                     in  in  200 200   in  in  405 405
admin:claims_claim_publish     staff                     in  in  200 200   in  in  302 302
admin:claims_claim_withdraw    staff                     in  in  200 200   in  in  302 302
admin:claims_evidence_void     staff                     in  in  200 200   in  in  302 302
admin:claims_appearance_void   staff                     in  in  200 200   in  in  302 302
admin:claims_claimlink_void    staff                     in  in  200 200   in  in  302 302
admin:claims_evidencelink_void staff                     in  in  200 200   in  in  302 302
admin:claims_outsideverdict_void staff                   in  in  200 200   in  in  302 302
admin:claims_verdict_publish   staff                     in  in  200 200   in  in  302 302
admin:claims_verdict_discard   staff                     in  in  200 200   in  in  302 302
admin:auth_user_password_change staff                    in  in  403 200   in  in  403 200
admin:view_on_site             staff                     in  in  404 404   in  in  404 404
admin:admin/(?P<url>.*)$       staff                     in  in  404 404   in  in  404 404
"""
# Every table of the admin has five addresses. Anonymous visitors and people without a role are led
# to sign in; this is what GET and an empty POST give to an editor and to a chief: 200 to the latter
# is a list, or a form that asks for what is missing. The address without an ending leads to
# `change`.
TABLES = """
                            changelist  add      change   history  delete
articles_affiliation editor  200/200   200/200  200/200  200/200  403/403
articles_article     editor  200/200   200/200  200/200  200/200  403/403
articles_event       editor  200/200   403/403  200/403  200/200  403/403
articles_snapshot    editor  200/200   200/200  200/403  200/200  403/403
articles_source      editor  200/200   200/200  200/200  200/200  403/403
claims_appearance    editor  200/200   200/200  200/403  200/200  403/403
claims_challenge     editor  200/200   403/403  200/403  200/200  403/403
claims_citation      editor  200/200   403/403  200/403  200/200  403/403
claims_claim         editor  200/200   200/200  200/200  200/200  403/403
claims_claimlink     editor  200/200   200/200  200/403  200/200  403/403
claims_evidence      editor  200/200   200/200  200/403  200/200  403/403
claims_evidencelink  editor  200/200   200/200  200/403  200/200  403/403
claims_importbatch   editor 200/200   403/403  200/403  200/200  403/403
claims_matchdecision editor 200/200   403/403  200/403  200/200  403/403
claims_outsideverdict editor 200/200  200/200  200/403  200/200  403/403
claims_question      editor  200/200   200/200  200/302  200/200  403/403
claims_verdict       editor  200/200   200/200  200/200  200/200  403/403
auth_group           editor  403/403   403/403  403/403  403/403  403/403
auth_user            editor  403/403   403/403  403/403  403/403  403/403

articles_affiliation chief   200/200   200/200  200/200  200/200  403/403
articles_article     chief   200/200   200/200  200/200  200/200  403/403
articles_event       chief   200/200   403/403  200/403  200/200  403/403
articles_snapshot    chief   200/200   200/200  200/403  200/200  403/403
articles_source      chief   200/200   200/200  200/200  200/200  403/403
claims_appearance    chief   200/200   200/200  200/403  200/200  403/403
claims_challenge     chief   200/200   403/403  200/403  200/200  403/403
claims_citation      chief   200/200   403/403  200/403  200/200  403/403
claims_claim         chief   200/200   200/200  200/200  200/200  403/403
claims_claimlink     chief   200/200   200/200  200/403  200/200  403/403
claims_evidence      chief   200/200   200/200  200/403  200/200  403/403
claims_evidencelink  chief   200/200   200/200  200/403  200/200  403/403
claims_importbatch   chief  200/200   403/403  200/403  200/200  403/403
claims_matchdecision chief  200/200   403/403  200/403  200/200  403/403
claims_outsideverdict chief  200/200  200/200  200/403  200/200  403/403
claims_question      chief   200/200   200/200  200/302  200/200  403/403
claims_verdict       chief   200/200   200/200  200/200  200/200  403/403
auth_group           chief   403/403   403/403  403/403  403/403  403/403
auth_user            chief   200/200   200/200  200/200  200/200  403/403
"""
ROWS = {
    name: (permission, answers[:4], answers[4:])
    for name, permission, *answers in map(str.split, filter(None, TABLE.splitlines()))
}
FAMILIES, *_LINES = (line.split() for line in TABLES.splitlines() if line)
IN_ADMIN = {
    (table, role): dict(zip(FAMILIES, (pair.split("/") for pair in answers), strict=True))
    for table, role, *answers in _LINES
}
OF_TABLES = {f"admin:{table}_{family}" for table, _role in IN_ADMIN for family in FAMILIES} | {
    f"admin:admin/{table.replace('_', '/')}/<path:object_id>/" for table, _role in IN_ADMIN
}
CLOSED = [name for name, (permission, *_rest) in ROWS.items() if "." in permission]
NAMES = set(ROUTES) - OF_TABLES

CSV = b"claim,source,source_kind,stated\nIt snowed,Ada Minister,person,2023-03-07\n"
FILLED: dict[str, Callable[[World], dict[str, Any]]] = {
    "login": lambda w: {"username": "somebody", "password": PASSWORD},
    "logout": lambda w: {},
    "articles:article_new": lambda w: {
        "title": "New",
        "publisher": "The Paper",
        "text": "It hails.",
    },
    "articles:article_edit": lambda w: {"title": "Rain again"},
    "claims:article_capture": lambda w: {"text": "It rained all day."},
    "articles:source_new": lambda w: {"kind": "person", "name": "Somebody Else"},
    "articles:source_edit": lambda w: {"description": "A minister."},
    "claims:add_role": lambda w: {
        "role": "Observer",
        "organisation": "Weather",
        "organisation_kind": "organisation",
    },
    "claims:log_claim": lambda w: {"text": "Rain fell", "source": "Ada Minister"},
    "claims:pass_over": lambda w: {"start": "0", "end": "33"},
    "claims:new_claim": lambda w: {"text": "It snowed"},
    "claims:edit_claim": lambda w: {"language": "fr"},
    "claims:publish_claim": lambda w: {},
    "claims:withdraw_claim": lambda w: {"reason": "It is about another day."},
    "claims:link_evidence": lambda w: {"source": "The Paper"},
    "claims:relate_claim": lambda w: {"kind": "entails", "other": w.draft_claim.public_id},
    "claims:merge_claim": lambda w: {"keep": "this", "other": w.draft_claim.public_id},
    "claims:propose_verdict": lambda w: {
        "kind": "update",
        "finding": "insufficient",
        "confidence": "low",
        "summary": "Too early.",
        "reasoning": "The gauge is broken.",
    },
    "claims:add_outside_verdict": lambda w: {"organisation": "The Paper", "label": "True"},
    "claims:void_outside_verdict": lambda w: {"reason": "Another claim."},
    "claims:set_aside_claim": lambda w: {"reason": "Too vague."},
    "claims:take_up_claim": lambda w: {},
    "claims:void_claim_link": lambda w: {"reason": "Wrong pair."},
    "claims:add_appearance": lambda w: {"exact": "it rained"},
    "claims:relate_evidence": lambda w: {
        "kind": "repeats",
        "number": f"E-{w.evidence_link.from_evidence_id}",
    },
    "claims:tell_apart": lambda w: {"other": str(w.evidence_link.from_evidence_id)},
    "claims:void_evidence": lambda w: {"reason": "Misread."},
    "claims:void_evidence_link": lambda w: {"reason": "Misread."},
    "claims:void_appearance": lambda w: {"reason": "Misread."},
    "claims:repair_passage": lambda w: {},
    "claims:give_up_passage": lambda w: {"reason": "The paper took it out."},
    "claims:accept_passage": lambda w: {},
    "claims:edit_question": lambda w: {"note": "Rain, not drizzle."},
    "claims:publish_verdict": lambda w: {},
    "claims:undo_event": lambda w: {},
    "articles:drafts": lambda w: {"key": "/desk/claims/new/", "typed": '{"text": ["It"]}'},
    "claims:discard_verdict": lambda w: {"reason": "Not now."},
    "claims:ask_for_changes": lambda w: {"note": "Cite the gauge."},
    "claims:take_over_verdict": lambda w: {},
    "claims:assign": lambda w: {"assign": f"{w.claim.pk}:me"},
    "claims:together": lambda w: {"claim": [str(w.draft_claim.pk)], "what": "assignee"},
    "claims:apply_together": lambda w: {"claim": [str(w.draft_claim.pk)], "what": "assignee"},
    "claims:undo_together": lambda w: {},
    "claims:save_filter": lambda w: {"name": "Wars", "back": "list=check"},
    "claims:drop_filter": lambda w: {},
    "claims:close_report": lambda w: {"outcome": "rejected", "answer": "It was that day."},
    "claims:report": lambda w: {"body": "It was Tuesday."},
    "admin:logout": lambda w: {},
    "admin:claims_claim_publish": lambda w: {},
    "admin:claims_claim_withdraw": lambda w: {"reason": "It is about another day."},
    "admin:claims_evidence_void": lambda w: {"reason": "Misread."},
    "admin:claims_appearance_void": lambda w: {"reason": "Misread."},
    "admin:claims_claimlink_void": lambda w: {"reason": "Wrong pair."},
    "admin:claims_evidencelink_void": lambda w: {"reason": "Misread."},
    "admin:claims_outsideverdict_void": lambda w: {"reason": "Another claim."},
    "admin:claims_verdict_publish": lambda w: {},
    "admin:claims_verdict_discard": lambda w: {"reason": "Not now."},
    "claims:import": lambda w: {"file": SimpleUploadedFile("claims.csv", CSV)},
    "claims:import_columns": lambda w: {"s1-column-0": "question"},
    "claims:import_encoding": lambda w: {"encoding": "windows-1250"},
    "claims:import_check": lambda w: {"import": "1"},
    "claims:import_cancel": lambda w: {},
    "claims:import_resume": lambda w: {},
    "claims:import_undo": lambda w: {},
    "claims:import_discard": lambda w: {},
}
FOR_ANYBODY = {"claims:report"}  # what readers may write
FORMLESS = {
    "claims:report",
    "login",
    "logout",
    "admin:logout",
    "claims:import",
    "claims:assign",
    "claims:together",
    "claims:apply_together",
    "claims:undo_together",
    "claims:save_filter",
    "claims:drop_filter",
    "claims:undo_event",
    "claims:tell_apart",
    "articles:drafts",
}
pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main"}
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for the whole table; each request's changes are taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def address(world: World, name: str) -> str:
    return world.path(name) + ("?list=drafts" if name == "claims:queue_as" else "")


def sent(world: World, name: str) -> dict[str, Any]:
    """What POST sends: the page's own form, filled in."""
    if name not in FILLED:
        return {}
    if name not in FORMLESS:
        return {**world.form(name), **FILLED[name](world)}
    return FILLED[name](world)


def said(response: HttpResponse) -> str:
    """The answer in the table's words."""
    if response.status_code == 401:
        return "in"  # the sign-in page itself, which keeps what was typed
    if response.status_code == 302:
        door = response.headers["Location"].partition("?next=")[0]
        return "in" if door in ("/accounts/login/", "/admin/login/") else "302"
    return str(response.status_code)


def ask(world: World, role: str, method: str, name: str, **given: Any) -> HttpResponse:
    with undone():
        client = world.client(role)
        if method == "POST":
            return client.post(address(world, name), sent(world, name), **given)
        return client.generic(method, address(world, name), **given)


def test_table_has_a_row_for_every_address() -> None:
    assert sorted(NAMES - set(ROWS)) == []
    assert sorted(set(ROWS) - NAMES) == []
    assert sorted(OF_TABLES - set(ROUTES)) == []
    assert sorted({role for _table, role in IN_ADMIN}) == ["chief", "editor"]


@pytest.mark.parametrize("name", ROWS)
def test_reading_answers_as_the_table_says_and_writes_nothing(world: World, name: str) -> None:
    _permission, reading, _writing = ROWS[name]
    before = counts()
    for method, headers in ("GET", {}), ("HEAD", {}), ("GET", HTMX):
        answers = [said(ask(world, role, method, name, headers=headers)) for role in ROLES]
        assert (method, headers, answers) == (method, headers, reading)
    world.client("editor").get(address(world, name), world.query(name))
    assert counts() == before


@pytest.mark.parametrize("name", ROWS)
def test_writing_answers_as_the_table_says_and_to_others_writes_nothing(
    world: World, name: str
) -> None:
    _permission, _reading, writing = ROWS[name]
    for headers in {}, HTMX:
        answers = [said(ask(world, role, "POST", name, headers=headers)) for role in ROLES]
        assert (headers, answers) == (headers, writing)
    before, filled = counts(), sent(world, name)
    if name in FOR_ANYBODY:
        return
    for role in ("anonymous", "no role"):
        world.client(role).post(address(world, name), filled)
    assert counts() == before


@pytest.mark.parametrize("name", ROWS)
def test_other_methods_are_refused_to_everybody(world: World, name: str) -> None:
    for method in OTHER_METHODS:
        answers = [world.client(role).generic(method, address(world, name)) for role in ROLES]
        assert (method, [answer.status_code for answer in answers]) == (method, [405] * len(ROLES))


@pytest.mark.parametrize("table", sorted({table for table, _role in IN_ADMIN}))
def test_admin_answers_as_the_table_says(world: World, table: str) -> None:
    before = counts()
    for family in FAMILIES:
        name = f"admin:{table}_{family}"
        given = [IN_ADMIN.get((table, role), {}).get(family, ["in", "in"]) for role in ROLES]
        answers = [[said(ask(world, role, way, name)) for way in ("GET", "POST")] for role in ROLES]
        assert (name, answers) == (name, given)
        htmx = [said(ask(world, "editor", way, name, headers=HTMX)) for way in ("GET", "POST")]
        assert (name, htmx) == (name, given[ROLES.index("editor")])
        others = [said(ask(world, "chief", way, name)) for way in ("HEAD", "PUT", "DELETE")]
        assert (name, others) == (name, [given[ROLES.index("chief")][0], "405", "405"])
        client = world.client("chief", enforce_csrf_checks=True)
        assert (name, client.post(address(world, name)).status_code) == (name, 403)
    leads = [
        said(ask(world, role, "GET", f"admin:admin/{table.replace('_', '/')}/<path:object_id>/"))
        for role in ROLES
    ]
    assert leads == ["in", "in", "302", "302"]
    assert counts() == before


@pytest.mark.parametrize("name", ROWS)
def test_post_without_a_token_is_refused(world: World, name: str) -> None:
    filled = sent(world, name)
    before = counts()
    for role in ROLES:
        client = world.client(role, enforce_csrf_checks=True)
        assert (role, client.post(address(world, name), filled).status_code) == (role, 403)
    assert counts() == before


def test_post_with_a_token_is_taken(world: World) -> None:
    client = world.client("editor", enforce_csrf_checks=True)
    client.get("/desk/articles/new/")
    filled = sent(world, "articles:article_new")
    filled["csrfmiddlewaretoken"] = client.cookies["csrftoken"].value
    assert client.post("/desk/articles/new/", filled).status_code == 303


def wanted(permission: str) -> Permission:
    app, codename = permission.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def holder_of(which: Q) -> Client:
    """The browser of somebody with just these permissions."""
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(which))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", CLOSED)
def test_address_is_open_with_its_permission_and_closed_without(world: World, name: str) -> None:
    """The permission is the one of the table, for reading as for writing."""
    permission, reading, writing = ROWS[name]
    filled = sent(world, name)
    lacking, holding = (
        holder_of(Q(group__name="chief") & ~Q(pk=wanted(permission).pk)),
        holder_of(Q(pk=wanted(permission).pk)),
    )
    expected_get, expected_post = reading[1], writing[1]  # as for somebody without a role
    path = address(world, name)
    assert said(lacking.get(path)) == expected_get
    assert said(holding.get(path)) in (reading[2], "404")  # what is a draft stays unseen
    with undone():
        assert said(lacking.post(path, filled)) == expected_post


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("claims:claim", "draft_claim"),
        ("claims:claim_short", "draft_claim"),
        ("claims:article", "draft_article"),
        ("claims:source", "draft_source"),
        ("claims:question", "draft_question"),
    ],
)
def test_only_the_desk_sees_drafts(world: World, name: str, row: str) -> None:
    held = getattr(world, row)
    known = world._kwargs(name)
    path = world.path(name, **{field: getattr(held, field) for field in known})
    answers = [said(world.client(role).get(path)) for role in ROLES]
    here = "302" if name == "claims:claim_short" else "200"
    assert answers == ["404", "404", here, here]


def test_only_the_desk_finds_drafts_in_lists(world: World) -> None:
    hidden = ("It will pour", "Hidden Person", "A hidden article", "And later?")
    paths = ("/", "/claims/", "/claims/?q=pour", "/articles/", "/sources/", "/changes/")
    found = {}
    for role in ROLES:
        pages = "".join(world.client(role).get(path).content.decode() for path in paths)
        found[role] = {words for words in hidden if words in pages}
    assert found == {
        "anonymous": set(),
        "no role": set(),
        "editor": set(hidden),
        "chief": set(hidden),
    }
