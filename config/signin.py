"""The admin's door leads to the one sign-in page."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def admin_door(request: HttpRequest) -> HttpResponseBase:
    """Send visitors to sign in and back; those who have and still may not enter are told so."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
