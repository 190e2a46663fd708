"""The environment is read once, and what is missing or senseless is refused by name."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": "wG7pZ0sQ4vX9nC2kL8rT5yB1mF6hJ3dA-eU_iO.oPq3xV8bN1tR6",
    "TICKET_KEYS": "qK3xV8bN1tR6wZ0pM5sC9fH2jL7gD4yA,aB2cD4eF6gH8iJ0kL2mN4oP6qR8sT0uV",
    "DATABASE_URL": "postgres://office:p%40ss@db.example.org:5433/symposium",
    "REDIS_URL": "redis://broker.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://office:p%40ss@mail.example.org",
    "DEFAULT_FROM_EMAIL": "Symposium <office@example.org>",
    "PUBLIC_ORIGIN": "https://symposium.example.org",
    "ALLOWED_HOSTS": "symposium.example.org",
    "TRUSTED_PROXY_COUNT": "1",
}

ORCID = {"ORCID_CLIENT_ID": "APP-1", "ORCID_CLIENT_SECRET": "a-secret", "ORCID_BASE_DOMAIN": "sandbox.orcid.org"}


@pytest.fixture
def load(monkeypatch):
    """Return a function that runs settings.py in an environment that holds nothing else."""

    def load(environment):
        for name in [*PRODUCTION, *ORCID, "BOUNCE_ADDRESS", "METRICS_TOKEN", "LOG_LEVEL", "PORT"]:
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(f"{name}_FILE", raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "symposium" / "settings.py"))

    return load


def test_production_is_read_from_the_environment_alone(load):
    settings = load(PRODUCTION)

    assert settings["DEBUG"] is False
    assert settings["SECRET_KEY"] == PRODUCTION["SECRET_KEY"]
    assert settings["TICKET_KEYS"] == PRODUCTION["TICKET_KEYS"].split(",")
    assert settings["ALLOWED_HOSTS"] == ["symposium.example.org"]
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://symposium.example.org"]
    assert settings["TRUSTED_PROXY_COUNT"] == 1
    assert settings["METRICS_TOKEN"] == ""
    assert settings["CELERY_BROKER_URL"] == PRODUCTION["REDIS_URL"]
    assert settings["CACHES"]["default"]["LOCATION"] == PRODUCTION["REDIS_URL"]
    database = settings["DATABASES"]["default"]
    expected = ["symposium.lib.database", "db.example.org", 5433, "symposium", "office", "p@ss"]
    assert [database[key] for key in ("ENGINE", "HOST", "PORT", "NAME", "USER", "PASSWORD")] == expected


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://office:p%40ss@mail.example.org", 25, False, False),
        ("smtp+tls://office:p%40ss@mail.example.org", 587, True, False),
        ("smtp+ssl://office:p%40ss@mail.example.org", 465, False, True),
        ("smtps://office:p%40ss@mail.example.org:4650", 4650, False, True),
    ],
)
def test_mail_goes_to_the_server_of_email_url(load, url, port, tls, ssl):
    settings = load({**PRODUCTION, "EMAIL_URL": url})

    assert settings["EMAIL_HOST"] == "mail.example.org"
    assert (settings["EMAIL_HOST_USER"], settings["EMAIL_HOST_PASSWORD"]) == ("office", "p@ss")
    assert (settings["EMAIL_PORT"], settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (port, tls, ssl)


REQUIRED = [name for name in PRODUCTION if name not in {"DEBUG", "TRUSTED_PROXY_COUNT"}]


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, "", "   "])
def test_what_is_missing_is_refused_by_name(load, name, value):
    environment = {**PRODUCTION, name: value}
    if value is None:
        del environment[name]

    with pytest.raises(ImproperlyConfigured, match=rf"^{name} is missing"):
        load(environment)


SENSELESS_ALWAYS = [
    ("DEBUG", "flase"),
    ("DATABASE_URL", "sqlite:///db.sqlite3"),
    ("DATABASE_URL", "mysql://office@db.example.org/symposium"),
    ("DATABASE_URL", "postgres://office@db.example.org"),
    ("DATABASE_URL", "postgres://office@db.example.org:none/symposium"),
    ("REDIS_URL", "broker.example.org:6379"),
    ("REDIS_URL", "amqp://broker.example.org"),
    ("REDIS_URL", "redis://broker.example.org:99999/0"),
    ("EMAIL_URL", "mail.example.org"),
    ("EMAIL_URL", "smtp://"),
    ("EMAIL_URL", "smtp://mail.example.org:mail"),
    ("EMAIL_URL", "console://"),
    ("DEFAULT_FROM_EMAIL", "Symposium"),
    ("DEFAULT_FROM_EMAIL", "office@"),
    ("DEFAULT_FROM_EMAIL", "Symposium <office@example.org>\nBcc: x@example.org"),
    ("BOUNCE_ADDRESS", "bounces"),
    ("BOUNCE_ADDRESS", "much-too-long@example.org"),
    ("BOUNCE_ADDRESS", "a+b@example.org"),
    ("BOUNCE_ADDRESS", "Bounces <bounces@example.org>"),
    ("PUBLIC_ORIGIN", "symposium.example.org"),
    ("PUBLIC_ORIGIN", "ftp://symposium.example.org"),
    ("PUBLIC_ORIGIN", "https://"),
    ("PUBLIC_ORIGIN", "https://symposium.example.org/fr/"),
    ("PUBLIC_ORIGIN", "https://symposium.example.org?a=b"),
    ("PUBLIC_ORIGIN", "https://office@symposium.example.org"),
    ("PUBLIC_ORIGIN", "https://symposium.example.org:port"),
    ("PUBLIC_ORIGIN", "https://symposium .example.org"),
    ("ALLOWED_HOSTS", ","),
    ("ALLOWED_HOSTS", "https://symposium.example.org"),
    ("TICKET_KEYS", ","),
    ("TRUSTED_PROXY_COUNT", "-1"),
    ("TRUSTED_PROXY_COUNT", "all"),
    ("TRUSTED_PROXY_COUNT", "²"),
    ("PORT", "65536"),
    ("LOG_LEVEL", "loud"),
]
SENSELESS_IN_PRODUCTION = [
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "a" * 64),
    ("TICKET_KEYS", "short"),
    ("METRICS_TOKEN", "short"),
    ("METRICS_TOKEN", "a" * 64),
    ("TICKET_KEYS", f"{PRODUCTION['TICKET_KEYS']},short"),
    ("PUBLIC_ORIGIN", "http://symposium.example.org"),
    ("ALLOWED_HOSTS", "*"),
]


@pytest.mark.parametrize(("name", "value"), SENSELESS_ALWAYS + SENSELESS_IN_PRODUCTION)
def test_what_is_senseless_is_refused_by_name(load, name, value):
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} "):
        load({**PRODUCTION, name: value})


@pytest.mark.parametrize(("name", "value"), SENSELESS_ALWAYS)
def test_what_is_senseless_is_refused_to_a_developer_too(load, name, value):
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} "):
        load({"DEBUG": "true", "DATABASE_URL": PRODUCTION["DATABASE_URL"], name: value})


def test_bounces_are_read_where_their_address_is_set(load):
    assert load(PRODUCTION)["BOUNCE_ADDRESS"] == ""
    assert load({**PRODUCTION, "BOUNCE_ADDRESS": "bounces@example.org"})["BOUNCE_ADDRESS"] == "bounces@example.org"


def test_refusal_does_not_repeat_a_password(load):
    with pytest.raises(ImproperlyConfigured) as refusal:
        load({**PRODUCTION, "DATABASE_URL": "postgres://office:hunter2@db.example.org:none/symposium"})

    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("name", REQUIRED)
def test_value_may_come_from_a_file(load, name, tmp_path):
    file = tmp_path / "secret"
    file.write_text(PRODUCTION[name] + "\n")
    environment = {**PRODUCTION, f"{name}_FILE": str(file)}
    del environment[name]

    from_file, from_environment = load(environment), load(PRODUCTION)

    assert {key: value for key, value in from_file.items() if key.isupper() and key != "LANGUAGES"} == {
        key: value for key, value in from_environment.items() if key.isupper() and key != "LANGUAGES"
    }


def test_file_that_cannot_be_read_is_refused_by_name(load, tmp_path):
    with pytest.raises(ImproperlyConfigured, match=r"^SECRET_KEY_FILE "):
        load({**PRODUCTION, "SECRET_KEY_FILE": str(tmp_path / "missing")})


def test_secret_is_taken_word_for_word(load):
    key = "$HOME,with#all=kinds of%signs{that}mean\\something elsewhere"

    assert load({**PRODUCTION, "SECRET_KEY": key})["SECRET_KEY"] == key


def test_developer_needs_a_database_only(load):
    settings = load({"DEBUG": "true", "DATABASE_URL": PRODUCTION["DATABASE_URL"], "PORT": "8123"})

    assert settings["PUBLIC_ORIGIN"] == "http://127.0.0.1:8123"
    assert settings["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "127.0.0.1"]
    assert settings["EMAIL_BACKEND"] == "symposium.outbox.backends.FolderBackend"
    assert settings["EMAIL_FILE_PATH"] == str(ROOT / "var" / "mail")
    assert settings["CELERY_BROKER_URL"] == "memory://"


def test_plain_http_is_for_this_machine_alone(load):
    settings = load({**PRODUCTION, "PUBLIC_ORIGIN": "http://127.0.0.1:8000"})

    assert (settings["SECURE_SSL_REDIRECT"], settings["SESSION_COOKIE_SECURE"]) == (False, False)


def manage(*arguments, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False)


def test_production_passes_the_deployment_checks():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


def test_refusal_is_one_line_and_a_status():
    done = manage("check", **{**PRODUCTION, "PUBLIC_ORIGIN": "symposium.example.org"})

    assert done.returncode != 0
    assert done.stderr == "manage.py: PUBLIC_ORIGIN must look like https://symposium.example.org.\n"


def test_forgotten_database_of_an_installation_is_not_answered_with_an_empty_one():
    environment = {name: value for name, value in PRODUCTION.items() if name != "DATABASE_URL"}

    done = manage("check", **environment)

    assert done.returncode != 0
    assert done.stderr.startswith("manage.py: DATABASE_URL is missing")


def test_orcid_is_offered_with_its_credentials(load):
    settings = load({**PRODUCTION, **ORCID})

    expected = ("APP-1", "a-secret", "https://sandbox.orcid.org")
    assert tuple(settings[name] for name in ("ORCID_CLIENT_ID", "ORCID_CLIENT_SECRET", "ORCID_ORIGIN")) == expected
    assert load(PRODUCTION)["ORCID_CLIENT_ID"] == ""


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"ORCID_CLIENT_ID": "APP-1"}, "ORCID_CLIENT_SECRET"),
        ({"ORCID_CLIENT_SECRET": "a-secret"}, "ORCID_CLIENT_ID"),
        ({**ORCID, "ORCID_BASE_DOMAIN": "evil.example"}, "ORCID_BASE_DOMAIN"),
    ],
)
def test_orcid_half_configured_refuses_to_start(load, environment, named):
    with pytest.raises(ImproperlyConfigured, match=named):
        load({**PRODUCTION, **environment})
