"""What is said beside a question."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, notice, page, see, typed
from claims.forms.questions import QuestionForm
from claims.models import Question


@desk("claims.change_question")
def edit_question(request: DeskRequest, pk: int) -> HttpResponse:
    """Change the note of a question; its words stay."""
    question = get_object_or_404(Question.objects.visible_to(request.user), pk=pk)
    form = QuestionForm(typed(request), question=question)
    if (saved := form.submit(by=request.user)) is not None:
        notice(request, _("Note saved."), of=saved)
        return see(saved)
    return page(request, "desk/edit_question.html", form, question=question)
