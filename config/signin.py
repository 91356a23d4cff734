"""The one sign-in page, and what was typed when a session had ended."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import working


@login_not_required
@require_safe
def admin_door(request: HttpRequest) -> HttpResponseBase:
    """Send visitors to sign in and back; those who have and still may not enter are told so."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


SALT = "typed before signing in"
LASTS = 3600  # seconds that the sign-in page keeps what was typed


class LoginRequired(LoginRequiredMiddleware):
    """Send visitors to sign in; a form that comes after the session has ended isn't lost.

    What was typed stands in the sign-in page, signed, and nowhere else. It needs the signature
    that the desk printed into the form, so that no other site can put words into anybody's mouth.

    Where everybody may come in, nobody is asked who they are: an answer that doesn't depend on it
    can be kept for all of them.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # Django asks for no redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        kept = _kept(request)
        if not kept or request.headers.get("HX-Request"):
            return super().handle_no_permission(request, view_func)
        given = {"form": AuthenticationForm(request), "kept": kept}
        return render(request, "registration/login.html", given, status=401)


class SignIn(LoginView):
    """Sign in; what was typed before comes back as a draft of the one who had typed it."""

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        return super().get_context_data(kept=self.request.POST.get("kept", ""), **given)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        try:
            kept = signing.loads(self.request.POST.get("kept", ""), salt=SALT, max_age=LASTS)
        except signing.BadSignature:
            return response
        user = form.get_user()
        if not working.is_of(user, kept["whose"]):
            told = _("What was typed before was typed by somebody else. It is not shown to you.")
            messages.warning(self.request, told)
            return response
        working.keep_draft(by=user, key=kept["key"], typed=kept["typed"])
        messages.success(self.request, _("What you had typed is back. Look at it, then save it."))
        return HttpResponseRedirect(kept["key"])


def _kept(request: HttpRequest) -> str:
    """What was typed into a form of the desk, signed; nothing where that can't be kept."""
    whose = request.POST.get("whose", "")
    key = working.key_of(request.path, request.POST)
    typed = working.typed_in(dict(request.POST.lists()))
    if not working.is_signed(whose) or not working.is_key(key) or not working.fits(typed):
        return ""
    kept = {"whose": whose, "key": key, "typed": typed}
    return signing.dumps(kept, salt=SALT, compress=True)
