"""Tests of what every answer is sent with."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


def test_headers_of_every_answer(client: Client) -> None:
    response = client.get("/healthz")
    policy = response.headers["Content-Security-Policy"]
    assert {part.strip() for part in policy.split(";")} == POLICY
    assert {
        name: response.headers[name]
        for name in (
            "X-Content-Type-Options",
            "Referrer-Policy",
            "Cross-Origin-Opener-Policy",
            "X-Frame-Options",
            "Permissions-Policy",
        )
    } == {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": (
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
        ),
    }
    assert response.cookies == {}


@pytest.mark.django_db
def test_signed_in_pages_are_not_stored(client: Client) -> None:
    client.force_login(User.objects.create_superuser("chief"))
    response = client.get("/admin/password_change/")
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"].split(", ")


@pytest.mark.django_db
def test_admin_door_stranger(client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assert [step[0] for step in response.redirect_chain] == [
        "/admin/login/?next=/admin/",
        "/accounts/login/?next=/admin/",
    ]


@pytest.mark.django_db
def test_admin_door_outsider(client: Client) -> None:
    client.force_login(User.objects.create_user("editor"))
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain == [("/admin/login/?next=/admin/", 302)]
    assert response.status_code == 403
