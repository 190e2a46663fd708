"""What comes in from outside: addresses of visitors, odd bytes, and a database that is away."""

from http import HTTPStatus

import pytest
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from registrations.models import Attendee, Registration, Submission
from symposium.middleware import refuse_odd_input, trusted_proxies
from symposium.wsgi import application
from tests.factories import NOW

handler500 = "symposium.errors.server_error"
FORM = {
    "email": "ada@example.org",
    "given_name": "Ada",
    "family_name": "Example",
    "affiliation": "",
    "country": "FR",
    "profile": "researcher",
    "attendance_mode": "onsite",
    "sessions": [],
}


def raises(error):
    def view(request):
        raise error

    return view


@csrf_exempt
def says_what_it_got(request):
    return HttpResponse(f"{request.META['REMOTE_ADDR']} {request.GET.get('q')!r} {request.POST.get('q')!r}")


urlpatterns = [
    path("got/", says_what_it_got),
    path("away/", raises(OperationalError("server closed the connection unexpectedly"))),
    path("hung-up/", raises(InterfaceError("connection already closed"))),
    path("ours/", raises(ProgrammingError("column does not exist"))),
    path("bug/", raises(ZeroDivisionError())),
    path("bad/", raises(BadRequest())),
]


@pytest.fixture
def site(settings, client):
    """A site of a few pages, with all the middleware of the real one."""
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("count", "forwarded", "address"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (0, None, "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, " , ", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.66, 203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.66,203.0.113.9 ", "203.0.113.9"),
        (2, "198.51.100.66, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (3, "127.0.0.1, 2001:db8::1, 10.0.0.3, 10.0.0.2", "2001:db8::1"),
    ],
)
def test_visitor_is_who_the_last_trusted_proxy_says(rf, settings, count, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = count
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    request = rf.get("/", headers=headers, REMOTE_ADDR="10.0.0.1")

    assert trusted_proxies(lambda request: request.META["REMOTE_ADDR"])(request) == address


@pytest.mark.parametrize(
    "address",
    ["/fr/%00/", "/%00", "/fr/?q=%00", "/fr/?%00=q", "/fr/?q=a%00b&r=c"],
)
def test_nul_in_an_address_is_refused(client, address):
    assert client.get(address).status_code == HTTPStatus.BAD_REQUEST


def test_raw_nul_in_a_query_is_refused(rf):
    request = rf.get("/", QUERY_STRING="q=\x00")

    assert refuse_odd_input(lambda _request: HttpResponse())(request).status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    ("query", "got"),
    [
        ("q=%2500", "'%00'"),
        ("q=%ff%fe", "'\ufffd\ufffd'"),
        ("q=%C3%A9", "'é'"),
        ("q=%", "'%'"),
        ("q=%zz", "'%zz'"),
        ("q=%ed%a0%80", "'\ufffd\ufffd\ufffd'"),
    ],
)
def test_odd_queries_pass_and_are_readable(site, query, got):
    response = site.get(f"/got/?{query}")

    assert (response.status_code, response.content.decode()) == (HTTPStatus.OK, f"127.0.0.1 {got} None")


@pytest.mark.parametrize("address", ["/%ff%fe/", "/fr/%c3%28/", "/en/people/%e2%28%a1/", "/t/%ff/"])
def test_broken_utf8_in_a_path_is_never_an_error_of_the_server(client, db, address):
    assert client.get(address, follow=True).status_code in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}


@pytest.fixture
def form(client, edition, time_machine):
    """Send the registration form with some fields changed."""
    time_machine.move_to(NOW, tick=False)
    address = f"/en/{edition.slug}/register/"

    def send(**changes):
        return client.post(address, {**FORM, **changes})

    def send_raw(body, content_type="application/x-www-form-urlencoded"):
        return client.generic("POST", address, body, content_type=content_type)

    send.raw = send_raw
    return send


@pytest.mark.parametrize("field", [*FORM])
@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "\x00" * 1000], ids=["nul", "nul inside", "many nuls"])
def test_nul_in_a_field_is_a_mistake_of_the_form(form, field, odd):
    response = form(**{field: odd})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Registration.objects.exists()


@pytest.mark.parametrize("nonce", ["\x00", "a:\x00", "é" * 200])
def test_odd_nonce_is_no_error(form, nonce):
    assert form(nonce=nonce).status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SEE_OTHER}
    assert "\x00" not in "".join(Submission.objects.values_list("nonce", flat=True))


@pytest.mark.parametrize("field", [*FORM])
@pytest.mark.parametrize(
    "odd", ["x" * 100_000, "\ufdfa" * 100, "\u0958" * 100, "\u202e", "\ud7ff\ue000", "🎟" * 50, "-1", "' OR 1=1 --"],
    ids=["long", "grows", "nukta", "right to left", "private", "astral", "negative", "quote"],
)  # fmt: skip
def test_odd_text_in_a_field_is_never_an_error_of_the_server(form, field, odd):
    assert form(**{field: odd}).status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SEE_OTHER}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"email=%ff%fe@example.org&family_name=%c3", "application/x-www-form-urlencoded"),
        (b"email=\xff\xfe&family_name=\xc3", "application/x-www-form-urlencoded"),
        (b"email=%00", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"email=a", "application/x-www-form-urlencoded; charset=\xff"),
        (b"", "application/json"),
        (b"\x00\xff", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data"),
        (b"--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na\x00b\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        (b"&".join(b"a%d=" % number for number in range(3000)), "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * 1_100_000, "application/x-www-form-urlencoded"),
    ],
    ids=["broken escapes", "raw bytes", "utf-7", "no such charset", "json", "no parts", "no boundary", "nul in a part",
         "many fields", "too large"],
)  # fmt: skip
def test_odd_body_is_refused(form, body, content_type):
    response = form.raw(body, content_type)

    assert HTTPStatus.BAD_REQUEST <= response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    assert not Attendee.objects.exists()


@pytest.mark.parametrize("address", ["/away/", "/hung-up/"])
def test_database_away_is_a_bilingual_page_that_says_when_to_come_back(site, address, django_db_blocker):
    with django_db_blocker.block():
        response = site.get(address)

    content = response.content.decode()
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "10", "no-store")
    assert "De retour dans un instant" in content
    assert "Back in a moment" in content


@pytest.mark.parametrize("address", ["/ours/", "/bug/"])
def test_fault_of_ours_says_so_in_both_languages(site, address):
    response = site.get(address)

    content = response.content.decode()
    assert (response.status_code, response.has_header("Retry-After")) == (500, False)
    assert "Erreur de notre côté" in content
    assert "An error of ours" in content


def test_fault_of_the_visitor_is_no_error_of_the_server(site):
    assert site.get("/bad/").status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("charset", ["hex", "utf-16", "undefined", "idna"])
@pytest.mark.parametrize("content_type", ["text/plain; charset={}", "multipart/form-data; boundary=x; charset={}"])
def test_an_encoding_that_no_browser_sends_is_refused(rf, charset, content_type):
    said = []
    environ = rf.get("/fr/?x=1").environ | {"CONTENT_TYPE": content_type.format(charset)}

    body = application(environ, lambda status, headers: said.append(status))

    assert (said, list(body)) == (["400 Bad Request"], [b"Bad request"])


def test_a_cookie_that_hides_a_nul_is_refused(client, db):
    client.cookies.load(r'sessionid="aaaa\000aaaa"')

    assert client.get("/fr/").status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("page", ["login", "signup", "login/code", "password/reset"])
def test_a_target_that_is_no_address_is_ignored(client, db, page):
    assert client.get(f"/fr/account/{page}/", {"next": "http://["}).status_code == HTTPStatus.OK


@pytest.mark.parametrize("page", ["signup", "login/code", "password/reset"])
def test_an_account_needs_an_address_that_a_mail_reaches(client, db, page):
    answer = client.post(f"/en/account/{page}/", {"email": "a@" + "\u00e9" * 60 + ".example"})

    assert answer.status_code in {HTTPStatus.OK, HTTPStatus.FOUND}
