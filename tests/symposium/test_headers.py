"""The headers that every answer carries, whatever it answers."""

import re

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from symposium.lib.security_headers import content_security_policy
from tests.factories import UserFactory, registered

ALWAYS = {
    "Content-Security-Policy",
    "Permissions-Policy",
    "X-Content-Type-Options",
    "Cross-Origin-Opener-Policy",
    "Referrer-Policy",
}


def missing(response):
    return ALWAYS - {name for name in ALWAYS if name in response.headers}


def policy_of(response):
    return dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 302),
        ("/fr/", 200),
        ("/fr/nothing-here/", 404),
        ("/nothing/of/this/kind", 404),
        ("/fr/?q=%00", 400),
        ("/healthz", 200),
        ("/robots.txt", 200),
        ("/static/css/symposium.css", 200),
        ("/static/nothing.css", 404),
        ("/admin/", 302),
        ("/fr/account/login/", 200),
    ],
)
def test_every_answer_has_them(client, db, settings, path, status):
    settings.WHITENOISE_USE_FINDERS = True  # as in the demo
    response = client.get(path)
    response.close()  # of a file

    assert response.status_code == status
    assert missing(response) == set()
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Referrer-Policy"] == "same-origin"


def test_an_error_of_ours_has_them(client, db, settings, edition):
    settings.ROOT_URLCONF = "tests.symposium.broken_urls"
    client.raise_request_exception = False

    response = client.get("/broken/")

    assert response.status_code == 500
    assert missing(response) == set()


def test_another_host_is_refused_with_them(client, db):
    response = client.get("/fr/", headers={"host": "elsewhere.example.com"})

    assert response.status_code == 400
    assert missing(response) == set()


def test_policy_names_this_site_alone(client, db):
    policy = policy_of(client.get("/fr/"))

    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in str(policy)
    assert re.findall(r"https?:|\*", str(policy)) == []


def test_policy_names_what_a_page_needs_beyond_it():
    assert "frame-ancestors *" in content_security_policy(frame_ancestors="*")
    assert "script-src 'self' 'wasm-unsafe-eval'" in content_security_policy(script_src="'self' 'wasm-unsafe-eval'")


def test_only_the_door_may_ask_for_the_camera(client, edition):
    client.force_login(UserFactory(is_superuser=True))

    assert "camera=(self)" in client.get(f"/checkin/{edition.slug}/")["Permissions-Policy"]
    for path in ("/fr/", "/admin/", f"/fr/{edition.slug}/register/"):
        assert "camera=()" in client.get(path)["Permissions-Policy"]


def test_pages_behind_a_token_say_nothing_to_others(client, edition, time_machine):
    registration = registered(edition)

    for name, token in (("registrations:page", registration.page_token), ("tickets:ticket", registration.ticket_token)):
        assert client.get(reverse(name, args=[token]))["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "confirm/", 405),
        ("get", "consents/photos/", 405),
        ("put", "", 405),
        ("put", "email/", 405),
        ("get", "nothing/", 404),
        ("get", "cancel", 301),
        ("post", "email/", 422),
    ],
)
def test_refusals_behind_a_token_say_no_more(client, edition, method, path, status):
    page = reverse("registrations:page", args=[registered(edition).page_token])

    response = getattr(client, method)(page + path, {"email": "x"})

    assert (response.status_code, response["Referrer-Policy"]) == (status, "no-referrer")


@pytest.mark.parametrize("path", ["/t/unknown/", "/t/unknown", "/u/unknown/", "/en/registrations/unknown/"])
def test_unknown_tokens_are_told_to_nobody_either(client, db, path):
    assert client.put(path)["Referrer-Policy"] == "no-referrer"


def test_the_desk_sends_its_origin_or_its_forms_would_be_refused(client, db):
    assert client.get("/admin/registrations/registration/")["Referrer-Policy"] == "same-origin"


def test_https_is_remembered(settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True

    response = Client().get("/healthz", secure=True)

    assert response["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_the_demo_shows_the_page_of_an_installation(client, db, settings):
    settings.DEBUG = True

    for path in ("/fr/nothing-here/", "/fr/nothing/of/this/kind/"):
        response = client.get(path)

        assert response.status_code == 404
        assert "404.html" in [template.name for template in response.templates]
        assert b"URLconf" not in response.content


def test_headers_come_from_the_outermost_middleware():
    assert configured.MIDDLEWARE[0] == "symposium.middleware.security_headers"
