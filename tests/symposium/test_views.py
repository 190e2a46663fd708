import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from symposium.errors import server_error
from tests.factories import UserFactory


@pytest.mark.parametrize(
    ("header", "cookie", "language"),
    [("en", None, "en"), ("de", None, "fr"), ("", None, "fr"), ("en", "fr", "fr"), ("fr", "en", "en")],
)
def test_root_leads_to_the_preferred_language(db, client, header, cookie, language):
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie

    response = client.get("/", headers={"accept-language": header})

    assert (response.status_code, response["Location"]) == (302, f"/{language}/")
    assert {"Cookie", "Accept-Language"} <= {part.strip() for part in response["Vary"].split(",")}


def test_healthz_asks_nobody(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


def test_readyz_when_everything_is_there(db, client):
    response = client.get("/readyz")

    assert (response.status_code, response.content) == (200, b"ready\n")
    assert "no-store" in response["Cache-Control"]


def test_readyz_while_a_migration_is_pending(db, client):
    MigrationRecorder(connection).Migration.objects.filter(app="programme").delete()

    response = client.get("/readyz")

    assert (response.status_code, response.content) == (503, b"a migration is pending\n")


def test_readyz_while_the_database_is_away(db, client):
    def away(*_arguments):
        raise OperationalError("the connection is closed")

    with connection.execute_wrapper(away):
        response = client.get("/readyz")

    assert (response.status_code, response.content) == (503, b"the database is away\n")
    assert "no-store" in response["Cache-Control"]


def test_a_page_while_the_database_is_away_is_bilingual(db, client):
    def away(*_arguments):
        raise OperationalError("the connection is closed")

    client.raise_request_exception = False
    with connection.execute_wrapper(away):
        response = client.get("/fr/")

    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "De retour dans un instant" in response.content.decode()
    assert "Back in a moment" in response.content.decode()


def test_an_error_of_ours_is_a_500(rf):
    response = server_error(rf.get("/"))

    assert response.status_code == 500
    assert "Erreur de notre côté" in response.content.decode()


def test_robots_txt_keeps_personal_pages_out(client):
    text = client.get("/robots.txt").content.decode()

    assert "Disallow: /fr/registrations/" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


def test_security_txt_has_what_rfc_9116_asks(client):
    response = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines() if line)

    assert response["Content-Type"].startswith("text/plain")
    assert fields["Contact"] == "mailto:symposium@example.org"
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"
    assert fields["Expires"].endswith("Z")


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/readyz", "/metrics", "/robots.txt", "/.well-known/security.txt", "/sitemap.xml"]
)
def test_addresses_of_the_site_only_read(db, client, path):
    assert client.post(path).status_code == 405


def test_admin_login_is_that_of_the_site(db, client):
    response = client.get("/admin/login/?next=/admin/")

    assert response.status_code == 302
    assert response["Location"].startswith("/fr/account/login/?next=")


def test_admin_refuses_who_is_no_staff(db, client):
    client.force_login(UserFactory(is_staff=False))

    assert client.get("/admin/login/").status_code == 403
