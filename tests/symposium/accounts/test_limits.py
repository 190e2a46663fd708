"""Guessing is slow, a hospital is not locked out, and nobody learns who has an account."""

import re
import statistics
import time

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache

from symposium.accounts.models import User
from tests.factories import UserFactory, registration_of

PASSWORD = "correct horse battery staple"
FORM = {"family_name": "Example", "profile": "researcher", "attendance_mode": "online"}


@pytest.fixture(autouse=True)
def no_attempt_so_far():
    cache.clear()


@pytest.fixture
def known(db):
    user = UserFactory(is_staff=False, second_factor=False, email="known@example.org")
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def sign_in(client, email, password, **headers):
    return client.post("/en/account/login/", {"login": email, "password": password}, **headers)


def test_good_password_signs_in(client, quick_passwords, known):
    assert sign_in(client, known.email, PASSWORD).status_code == 302


def test_password_of_one_account_is_not_guessed(client, quick_passwords, known):
    for attempt in range(5):
        assert sign_in(client, known.email, f"wrong {attempt}").status_code == 200

    assert "Too many failed login attempts" in sign_in(client, known.email, PASSWORD).content.decode()
    assert "_auth_user_id" not in client.session


def test_two_hundred_bad_logins_do_not_all_pass(client, quick_passwords, known):
    answers = [sign_in(client, f"person{number}@example.org", "wrong") for number in range(200)]

    tried = [answer for answer in answers if b"are not correct" in answer.content]
    assert 0 < len(tried) <= 50
    assert {answer.status_code for answer in answers} == {200, 429}
    assert b"Too many attempts" in answers[-1].content


def test_another_network_is_not_kept_out(client, quick_passwords, known):
    for number in range(120):
        sign_in(client, f"person{number}@example.org", "wrong")

    assert sign_in(client, known.email, PASSWORD, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_codes_to_one_address_are_few(client, known):
    for _attempt in range(10):
        sign_in(client, known.email, "")

    assert 0 < len(mail.outbox) <= 3


def test_a_whole_hospital_registers_in_five_minutes(client, edition, time_machine):
    time_machine.move_to("2027-03-01 12:00", tick=False)
    for number in range(300):
        email = f"person{number}@hospital.example.org"
        page = client.get(f"/en/{edition.slug}/register/")
        nonce = re.search(r'name="nonce" value="([^"]+)"', page.content.decode())[1]
        time_machine.shift(1)

        response = client.post(f"/en/{edition.slug}/register/", {**FORM, "email": email, "nonce": nonce})

        assert response.status_code == 303, number
    assert registration_of(edition, "person299@hospital.example.org").status == "confirmed"


def words(response):
    """A page without what differs from one request to the next, whoever asks."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return text.replace("known@example.org", "ADDRESS").replace("nobody@example.org", "ADDRESS")


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/en/account/login/", {"login": "ADDRESS", "password": "wrong"}),
        ("/en/account/login/", {"login": "ADDRESS"}),
        ("/en/account/login/code/", {"email": "ADDRESS"}),
        ("/en/account/signup/", {"email": "ADDRESS"}),
        ("/en/account/password/reset/", {"email": "ADDRESS"}),
        ("/en/ticket/", {"email": "ADDRESS"}),
    ],
)
def test_known_and_unknown_address_get_the_same_answer(client, known, path, data):
    answers = []
    for email in ("known@example.org", "nobody@example.org"):
        client.cookies.clear()
        cache.clear()
        response = client.post(path, {name: value.replace("ADDRESS", email) for name, value in data.items()})
        followed = client.get(response["Location"]) if response.status_code in {302, 303} else response
        cookies = {name: (morsel["max-age"], morsel["path"]) for name, morsel in client.cookies.items()}
        answers.append((response.status_code, response.get("Location"), words(followed), cookies))

    assert answers[0] == answers[1]


@pytest.mark.parametrize("path", ["/en/account/login/", "/en/account/signup/", "/en/account/password/reset/"])
def test_both_are_written_to(client, known, path):
    for email in ("known@example.org", "nobody@example.org"):
        client.cookies.clear()
        client.post(path, {"login": email, "email": email})

    assert [letter.to for letter in mail.outbox] == [["known@example.org"], ["nobody@example.org"]]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/en/account/login/", {"login": "ADDRESS"}),
        ("/en/account/login/code/", {"email": "ADDRESS"}),
        ("/en/account/signup/", {"email": "ADDRESS"}),
        ("/en/account/password/reset/", {"email": "ADDRESS"}),
    ],
)
def test_time_does_not_tell_who_is_known(client, known, monkeypatch, path, data):
    monkeypatch.setattr("symposium.middleware.ANSWER_SECONDS", 0.25)
    seconds = {"known": [], "nobody": []}
    for _pair in range(6):
        for who, times in seconds.items():
            client.cookies.clear()
            cache.clear()
            began = time.perf_counter()
            client.post(path, {name: value.replace("ADDRESS", f"{who}@example.org") for name, value in data.items()})
            times.append(time.perf_counter() - began)

    ratio = statistics.median(seconds["known"]) / statistics.median(seconds["nobody"])

    assert 0.9 < ratio < 1.1
    assert min(seconds["known"] + seconds["nobody"]) >= 0.25


def test_signing_up_hashes_no_password(client, known, settings):
    settings.PASSWORD_HASHERS = ["tests.symposium.accounts.test_limits.NoHasher"]

    for email in ("known@example.org", "nobody@example.org"):
        client.cookies.clear()
        client.post("/en/account/signup/", {"email": email})

    assert User.objects.filter(email="nobody@example.org").exists()


class NoHasher:
    algorithm = "none"

    def __getattr__(self, name):
        raise AssertionError(f"a password was hashed: {name}")
