"""The editors' pages: what waits, articles by their sentences, and a form for every change."""

from claims.views.desk.articles import desk_article, log_claim, pass_over
from claims.views.desk.claims import (
    edit_claim,
    merge_claim,
    new_claim,
    publish_claim,
    relate_claim,
    withdraw_claim,
)
from claims.views.desk.evidence import (
    add_appearance,
    link_evidence,
    relate_evidence,
    tell_apart,
)
from claims.views.desk.front import desk, queue_as
from claims.views.desk.outside import add_outside_verdict, void_outside_verdict
from claims.views.desk.questions import edit_question
from claims.views.desk.recapture import (
    accept_passage,
    article_capture,
    article_quotations,
    give_up_passage,
    repair_passage,
)
from claims.views.desk.reports import close_report, reports
from claims.views.desk.reviewing import (
    ask_for_changes,
    discard_verdict,
    publish_verdict,
    review_verdict,
    take_over_verdict,
)
from claims.views.desk.roles import add_role
from claims.views.desk.setting_aside import set_aside_claim, take_up_claim
from claims.views.desk.similar import similar_claims
from claims.views.desk.together import (
    apply_together,
    assign,
    drop_filter,
    save_filter,
    together,
    undo_together,
)
from claims.views.desk.undoing import undo_event
from claims.views.desk.verdicts import propose_verdict
from claims.views.desk.voiding import (
    void_appearance,
    void_claim_link,
    void_evidence,
    void_evidence_link,
)

__all__ = [
    "accept_passage",
    "add_appearance",
    "add_outside_verdict",
    "add_role",
    "apply_together",
    "article_capture",
    "article_quotations",
    "ask_for_changes",
    "assign",
    "close_report",
    "desk",
    "desk_article",
    "discard_verdict",
    "drop_filter",
    "edit_claim",
    "edit_question",
    "give_up_passage",
    "link_evidence",
    "log_claim",
    "merge_claim",
    "new_claim",
    "pass_over",
    "propose_verdict",
    "publish_claim",
    "publish_verdict",
    "queue_as",
    "relate_claim",
    "relate_evidence",
    "repair_passage",
    "reports",
    "review_verdict",
    "save_filter",
    "set_aside_claim",
    "similar_claims",
    "take_over_verdict",
    "take_up_claim",
    "tell_apart",
    "together",
    "undo_event",
    "undo_together",
    "void_appearance",
    "void_claim_link",
    "void_evidence",
    "void_evidence_link",
    "void_outside_verdict",
    "withdraw_claim",
]
