"""The mailbox of the demo shows every mail, and nothing in a mail can act."""

from email.message import EmailMessage as StandardMessage
from email.mime.image import MIMEImage

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from symposium.outbox import mailbox

BACKEND = "symposium.outbox.backends.FolderBackend"
PIXEL = b"\x89PNG\r\n\x1a\n"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def folder(settings, tmp_path):
    settings.DEBUG = True
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.PUBLIC_ORIGIN = "https://symposium.example.org"
    return tmp_path


def send(subject="Votre place est confirmée", text="Bonjour", html="", to="zoe@example.org", attach=()):
    message = EmailMultiAlternatives(subject, text, "Symposium <symposium@example.org>", [to])
    if html:
        message.attach_alternative(html, "text/html")
    for attachment in attach:
        message.attach(*attachment)
    get_connection(BACKEND).send_messages([message])
    return mailbox.names()[0]


def picture(content_id):
    image = MIMEImage(PIXEL, "png")
    image["Content-ID"] = f"<{content_id}>"
    return image


def test_list_shows_the_newest_first(client, db, folder):
    send(subject="Première lettre", to="un@example.org")
    send(subject="Deuxième lettre", to="deux@example.org")

    page = client.get("/mailbox/").content.decode()

    assert page.index("Deuxième lettre") < page.index("Première lettre")
    assert "un@example.org" in page
    assert "deux@example.org" in page


def test_list_is_empty_before_the_first_mail(client, db, folder):
    assert "No mail yet" in client.get("/mailbox/", headers={"accept-language": "en"}).content.decode()


def test_list_is_empty_where_mails_leave_by_smtp(client, db, folder, settings):
    settings.EMAIL_FILE_PATH = None

    assert client.get("/mailbox/").context["mails"] == []


def test_list_turns_its_pages(client, db, folder, monkeypatch):
    monkeypatch.setattr("symposium.outbox.views.MAILS_PER_PAGE", 1)
    names = [send(subject=f"Lettre {number}") for number in (1, 2, 3)]

    second = client.get("/mailbox/?page=2")

    assert [mail.name for mail in second.context["mails"]] == [names[1]]
    assert "?page=1" in second.content.decode()
    assert "?page=3" in second.content.decode()
    assert "?page=3" not in client.get("/mailbox/?page=3").content.decode()


def test_mail_shows_its_text_and_the_links_to_this_site_alone(client, db, folder):
    name = send(text="Voici : https://symposium.example.org/fr/registrations/ABC/.\nEt https://mauvais.example.com/x")

    page = client.get(f"/mailbox/{name}/").content.decode()

    assert '<a class="link" href="https://symposium.example.org/fr/registrations/ABC/">' in page
    assert "https://mauvais.example.com/x" in page
    assert 'href="https://mauvais' not in page


def test_mail_without_html_has_no_frame(client, db, folder):
    name = send(html="")

    assert "<iframe" not in client.get(f"/mailbox/{name}/").content.decode()


def test_hostile_text_is_shown_literally(client, db, folder):
    name = send(
        subject=HOSTILE,
        text=HOSTILE,
        to=f'"{HOSTILE}" <zoe@example.org>',
        attach=[(f"{HOSTILE}.txt", "x", "text/plain")],
    )

    for address in ("/mailbox/", f"/mailbox/{name}/"):
        page = client.get(address).content.decode()
        assert "&lt;script&gt;" in page
        assert HOSTILE not in page


def test_html_cannot_act(client, db, folder):
    name = send(html=f"<html><head lang='fr'></head><body>{HOSTILE}<form></form></body></html>")

    response = client.get(f"/mailbox/{name}/html/")

    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "<head lang='fr'><base target=\"_blank\">" in response.content.decode()
    frame = client.get(f"/mailbox/{name}/").content.decode()
    assert f'src="/mailbox/{name}/html/" sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame


def test_html_holds_its_pictures(client, db, folder):
    message = EmailMultiAlternatives("Billet", "Texte", "a@example.org", ["zoe@example.org"])
    message.attach_alternative('<html><head></head><img src="cid:ticket"><img src="cid:nobody"></html>', "text/html")
    message.attach(picture("ticket"))
    message.attach("billet.ics", "x", "text/calendar")
    get_connection(BACKEND).send_messages([message])

    html = client.get(f"/mailbox/{mailbox.names()[0]}/html/").content.decode()

    assert '<img src="data:image/png;base64,iVBORw0KGgo=">' in html
    assert '<img src="cid:nobody">' in html


@pytest.mark.parametrize(
    ("filename", "content_type", "served_as"),
    [
        ("billet.ics", "text/calendar", "text/calendar"),
        ("page.html", "text/html", "application/octet-stream"),
        ("dessin.svg", "image/svg+xml", "application/octet-stream"),
    ],
)
def test_file_is_downloaded_and_cannot_act(client, db, folder, filename, content_type, served_as):
    name = send(html="<p>x</p>", attach=[("a.txt", "x", "text/plain"), (filename, "contenu", content_type)])

    response = client.get(f"/mailbox/{name}/parts/2/")

    assert b"".join(response.streaming_content) == b"contenu"
    assert response["Content-Type"] == served_as
    assert response["Content-Disposition"] == f'attachment; filename="{filename}"'
    assert response["Content-Security-Policy"].startswith("sandbox;")


def test_source_is_the_file(client, db, folder):
    name = send()

    response = client.get(f"/mailbox/{name}/source/")

    assert response.content == (folder / f"{name}.eml").read_bytes()
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_bare_mail_is_shown_all_the_same(client, db, folder):
    (folder / "bare.eml").write_bytes(b"\r\n")

    page = client.get("/mailbox/bare/", headers={"accept-language": "en"}).content.decode()

    assert "Without a subject" in page
    assert "Without a subject" in client.get("/mailbox/", headers={"accept-language": "en"}).content.decode()


def test_date_keeps_its_zone(client, db, folder):
    message = StandardMessage()
    message["Date"] = "Mon, 01 Mar 2027 12:00:00 +0100"
    (folder / "dated.eml").write_bytes(message.as_bytes())

    assert mailbox.read("dated").sent_at.isoformat() == "2027-03-01T12:00:00+01:00"


def test_file_without_a_name_or_content_has_a_number(folder):
    message = (
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: application/pdf\r\n\r\n\r\n--x--\r\n"
    )
    (folder / "odd.eml").write_bytes(message)

    part = mailbox.read("odd").part(1)

    assert (part.filename, part.content, part.safe_type) == ("part-1", b"", "application/pdf")


ADDRESSES = ("/mailbox/", "/mailbox/{}/", "/mailbox/{}/html/", "/mailbox/{}/source/", "/mailbox/{}/parts/1/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_mailbox_does_not_exist_in_an_installation(client, db, folder, settings, address):
    name = send(attach=[("a.ics", "x", "text/calendar")])
    assert client.get(address.format(name)).status_code == 200
    settings.DEBUG = False

    # An address that nothing answers is first tried below a language.
    assert client.get(address.format(name), follow=True).status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_mailbox_only_reads(client, db, folder, address):
    assert client.post(address.format(send())).status_code == 405


@pytest.mark.parametrize("address", ["missing/", "missing/html/", "missing/source/", "missing/parts/1/", "%2e%2e/"])
def test_mail_that_is_not_there(client, db, folder, address):
    send()

    assert client.get(f"/mailbox/{address}").status_code == 404


def test_part_that_is_not_there(client, db, folder):
    assert client.get(f"/mailbox/{send()}/parts/1/").status_code == 404
