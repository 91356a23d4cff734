"""Every address of the upper floor: the readers' pages, then the desk."""

from django.urls import URLPattern, path, register_converter

from claims.exchange.exporting import Form
from claims.feeds.writing import FeedForm
from claims.views import (
    api,
    citing,
    desk,
    downloads,
    embedding,
    feeds,
    importing,
    indexing,
    reading,
    reporting,
    sharing,
)

app_name = "claims"


class FormConverter:
    """The ending of a file's name, such as csv."""

    regex = "|".join(Form)
    to_python = Form
    to_url = str


class FeedConverter:
    """The ending of a feed's name, such as atom."""

    regex = "|".join(FeedForm)
    to_python = FeedForm
    to_url = str


register_converter(FormConverter, "form")
register_converter(FeedConverter, "feed")

READERS: list[URLPattern] = [
    path("", reading.home, name="home"),
    path("claims/", reading.claim_list, name="claim_list"),
    path("claims.<form:form>", reading.claims_as, name="claims_as"),
    path("claims/<int:pk>/", reading.claim_short, name="claim_short"),
    path("claims/<int:pk>-<str:slug>/", reading.claim, name="claim"),
    path("articles/<str:slug>/", reading.article, name="article"),
    path("sources/<str:slug>/", reading.source, name="source"),
    path("questions/<str:slug>/", reading.question, name="question"),
    path("changes/", reading.changes, name="changes"),
    path("corrections/", reading.corrections, name="corrections"),
    path("data/", reading.data, name="data"),
    path("data/claimreview.json", downloads.claim_reviews, name="claim_reviews"),
    path("data/datapackage.json", downloads.data_package, name="data_package"),
    path("data/template.csv", downloads.template_csv, name="template_csv"),
    path("data/template.xlsx", downloads.template_xlsx, name="template_xlsx"),
    path("about/method/", reading.method, name="method"),
]

SHARING: list[URLPattern] = [
    path("robots.txt", indexing.robots, name="robots"),
    path("sitemap.xml", indexing.sitemap, name="sitemap"),
    path("sitemap-<str:kind>-<int:number>.xml", indexing.sitemap_part, name="sitemap_part"),
    path("claims/<int:pk>-<str:slug>/cite/", citing.cite, name="cite"),
    path("claims/<int:pk>-<str:slug>/embed/", embedding.embed, name="embed"),
    path("claims/<int:pk>-<str:slug>/report/", reporting.report, name="report"),
    path("oembed", embedding.oembed, name="oembed"),
    path("claims/<int:pk>-<str:slug>/share.png", sharing.share_picture, name="share_picture"),
]

DATA: list[URLPattern] = [
    *api.addresses(),
    path("api/", api.docs, name="api_docs"),
    path("api/openapi.json", api.described, name="api_described"),
    path("api/<path:rest>", api.nowhere, name="api_nowhere"),
    path("claims/<int:pk>.json", api.claim_json, name="claim_json"),
    path("claims/<int:pk>.csv", api.claim_csv, name="claim_csv"),
    path("claims/<int:pk>-<str:slug>.json", api.claim_json, name="claim_json"),
    path("claims/<int:pk>-<str:slug>.csv", api.claim_csv, name="claim_csv"),
    path("sources/<str:slug>.json", api.source_json, name="source_json"),
    path("articles/<str:slug>.json", api.article_json, name="article_json"),
    path("questions/<str:slug>.json", api.question_json, name="question_json"),
    path("changes.csv", api.changes_csv, name="changes_csv"),
    path("corrections.csv", api.corrections_csv, name="corrections_csv"),
    path("sources.csv", api.sources_csv, name="sources_csv"),
    path("articles.csv", api.articles_csv, name="articles_csv"),
]

FEEDS: list[URLPattern] = [
    path("claims/feed.<feed:form>", feeds.claims_feed, name="claims_feed"),
    path("claims/<int:pk>-<str:slug>/feed.<feed:form>", feeds.claim_feed, name="claim_feed"),
    path("sources/<str:slug>/feed.<feed:form>", feeds.source_feed, name="source_feed"),
    path("questions/<str:slug>/feed.<feed:form>", feeds.question_feed, name="question_feed"),
    path("changes/feed.<feed:form>", feeds.changes_feed, name="changes_feed"),
    path("corrections/feed.<feed:form>", feeds.corrections_feed, name="corrections_feed"),
]

DESK: list[URLPattern] = [
    path("desk/", desk.desk, name="desk"),
    path("desk/claims.<form:form>", desk.queue_as, name="queue_as"),
    path("desk/assign/", desk.assign, name="assign"),
    path("desk/together/", desk.together, name="together"),
    path("desk/together/apply/", desk.apply_together, name="apply_together"),
    path("desk/together/undo/", desk.undo_together, name="undo_together"),
    path("desk/lists/save/", desk.save_filter, name="save_filter"),
    path("desk/lists/<int:pk>/drop/", desk.drop_filter, name="drop_filter"),
    path("desk/articles/<int:pk>/", desk.desk_article, name="desk_article"),
    path("desk/articles/<int:pk>/capture/", desk.article_capture, name="article_capture"),
    path("desk/articles/<int:pk>/quotations/", desk.article_quotations, name="article_quotations"),
    path("desk/articles/<int:pk>/log/", desk.log_claim, name="log_claim"),
    path("desk/articles/<int:pk>/read/", desk.pass_over, name="pass_over"),
    path("desk/similar/", desk.similar_claims, name="similar_claims"),
    path("desk/claims/new/", desk.new_claim, name="new_claim"),
    path("desk/claims/<int:pk>/edit/", desk.edit_claim, name="edit_claim"),
    path("desk/claims/<int:pk>/publish/", desk.publish_claim, name="publish_claim"),
    path("desk/claims/<int:pk>/withdraw/", desk.withdraw_claim, name="withdraw_claim"),
    path("desk/claims/<int:pk>/evidence/", desk.link_evidence, name="link_evidence"),
    path("desk/claims/<int:pk>/relate/", desk.relate_claim, name="relate_claim"),
    path("desk/claims/<int:pk>/merge/", desk.merge_claim, name="merge_claim"),
    path("desk/claims/<int:pk>/verdict/", desk.propose_verdict, name="propose_verdict"),
    path("desk/claims/<int:pk>/outside/", desk.add_outside_verdict, name="add_outside_verdict"),
    path("desk/claims/<int:pk>/set-aside/", desk.set_aside_claim, name="set_aside_claim"),
    path("desk/claims/<int:pk>/take-up/", desk.take_up_claim, name="take_up_claim"),
    path("desk/claims/<int:pk>/reports/", desk.reports, name="reports"),
    path("desk/reports/<int:pk>/close/", desk.close_report, name="close_report"),
    path("desk/claim-links/<int:pk>/void/", desk.void_claim_link, name="void_claim_link"),
    path("desk/evidence/<int:pk>/appearances/", desk.add_appearance, name="add_appearance"),
    path("desk/evidence/<int:pk>/relate/", desk.relate_evidence, name="relate_evidence"),
    path("desk/evidence/<int:pk>/apart/", desk.tell_apart, name="tell_apart"),
    path("desk/evidence/<int:pk>/void/", desk.void_evidence, name="void_evidence"),
    path("desk/evidence-links/<int:pk>/void/", desk.void_evidence_link, name="void_evidence_link"),
    path("desk/appearances/<int:pk>/void/", desk.void_appearance, name="void_appearance"),
    path("desk/appearances/<int:pk>/repair/", desk.repair_passage, name="repair_passage"),
    path("desk/appearances/<int:pk>/gone/", desk.give_up_passage, name="give_up_passage"),
    path("desk/appearances/<int:pk>/accept/", desk.accept_passage, name="accept_passage"),
    path("desk/outside/<int:pk>/void/", desk.void_outside_verdict, name="void_outside_verdict"),
    path("desk/verdicts/<int:pk>/", desk.review_verdict, name="review_verdict"),
    path("desk/verdicts/<int:pk>/publish/", desk.publish_verdict, name="publish_verdict"),
    path("desk/verdicts/<int:pk>/ask/", desk.ask_for_changes, name="ask_for_changes"),
    path("desk/verdicts/<int:pk>/take-over/", desk.take_over_verdict, name="take_over_verdict"),
    path("desk/verdicts/<int:pk>/discard/", desk.discard_verdict, name="discard_verdict"),
    path("desk/sources/<int:pk>/roles/", desk.add_role, name="add_role"),
    path("desk/questions/<int:pk>/edit/", desk.edit_question, name="edit_question"),
    path("desk/undo/<int:pk>/", desk.undo_event, name="undo_event"),
]

IMPORT: list[URLPattern] = [
    path("desk/import/", importing.import_claims, name="import"),
    path("desk/import/template/", importing.import_template, name="import_template"),
    path("desk/import/<int:pk>/", importing.import_batch, name="import_batch"),
    path("desk/import/<int:pk>/columns/", importing.import_columns, name="import_columns"),
    path("desk/import/<int:pk>/encoding/", importing.import_encoding, name="import_encoding"),
    path("desk/import/<int:pk>/check/", importing.import_check, name="import_check"),
    path("desk/import/<int:pk>/rejected/", importing.import_rejected, name="import_rejected"),
    path("desk/import/<int:pk>/cancel/", importing.import_cancel, name="import_cancel"),
    path("desk/import/<int:pk>/resume/", importing.import_resume, name="import_resume"),
    path("desk/import/<int:pk>/undo/", importing.import_undo, name="import_undo"),
    path("desk/import/<int:pk>/discard/", importing.import_discard, name="import_discard"),
]

urlpatterns = [*READERS, *SHARING, *DATA, *FEEDS, *DESK, *IMPORT]
