"""The tag ``csrf_token``, which also prints what makes a form that is sent twice act once.

It stands in for Django's own tag (see ``TEMPLATES`` in the settings), so that no form can forget.
"""

from __future__ import annotations

from django import template
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import working

register = template.Library()


@register.simple_tag(takes_context=True, name="csrf_token")
def csrf_token(context: Context) -> SafeString | str:
    """Print the hidden fields; those of the desk for somebody who is signed in only.

    A form that comes back refused keeps its token. ``request`` is asked of the context itself,
    which also has it inside ``{% include … only %}``.
    """
    token = context.get("csrf_token")
    if not token or token == "NOTPROVIDED":  # noqa: S105  # as Django says it
        return ""
    printed = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
    request = getattr(context, "request", None)
    if request is None or not getattr(request, "user", None) or not request.user.is_authenticated:
        return printed
    return printed + format_html(
        '<input type="hidden" name="once" value="{}"><input type="hidden" name="whose" value="{}">',
        _sent_along(request) or working.new_token(),
        working.whose(request.user),
    )


def _sent_along(request: HttpRequest) -> str:
    """The token of what was sent; the page that says a request can't be read has forms too."""
    try:
        return working.token_in(request.POST)
    except (BadRequest, SuspiciousOperation, UnreadablePostError):
        return ""
