"""What is said of the packages and files of others: ``make audit``."""

import importlib.util
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings

PATH = settings.BASE_DIR / "requirements" / "audit.py"


@pytest.fixture
def audit():
    spec = importlib.util.spec_from_file_location("audit", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def advisories(flawed=""):
    """Stand in for the database of advisories, which knows something against one package."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            affected = {
                "package": {"name": asked, "ecosystem": "PyPI"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "999"}]}],
            }
            known = {"id": "PYSEC-2026-1", "modified": "2026-01-01T00:00:00Z", "details": "bad", "affected": [affected]}
            body = json.dumps({"vulns": [known]} if asked == flawed else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()


def test_known_vulnerability_is_found(audit, capsys):
    with advisories(flawed="django") as address:
        found = audit.vulnerabilities(address)

    assert [line.split(" ")[0] for line in found] == ["django"]
    assert found[0].endswith("PYSEC-2026-1")
    checked, locked = map(
        int, re.search(r"(\d+) of (\d+) locked packages were checked", capsys.readouterr().out).groups()
    )
    assert checked == locked > 40


def test_clean_lock_is_clean(audit):
    with advisories() as address:
        assert audit.vulnerabilities(address) == []


def test_unreachable_database_is_said_and_is_no_finding(audit, capsys):
    with advisories() as address:
        pass

    assert audit.vulnerabilities(address) == []
    assert "NOT CHECKED" in capsys.readouterr().out


def test_committed_list_of_licences_is_true(audit):
    assert audit.licences(write=False) == []


def test_list_out_of_date_is_found(audit, tmp_path):
    audit.LIST = tmp_path / "licences.md"
    audit.LIST.write_text("")
    assert [line.partition(" no longer")[0] for line in audit.licences(write=False)] == ["docs/licences.md"]

    assert audit.licences(write=True) == []


@pytest.mark.parametrize(
    ("name", "licence", "allowed"),
    [
        ("django", "BSD-3-Clause", True),
        ("x", "GPL-3.0-only OR MIT", True),
        ("x", "MIT; GPL-3.0-only", False),
        ("x", "AGPL-3.0-only", False),
        ("qrcode", "BSD License; Other/Proprietary License", True),
        ("x", "Other/Proprietary License", False),
        ("x", "UNKNOWN", False),
    ],
)
def test_licence_is_one_that_may_be_shipped(audit, name, licence, allowed):
    assert audit.is_allowed(name, licence) is allowed


def test_each_file_of_others_is_named_and_unaltered(audit):
    kept = {str(path.relative_to(settings.BASE_DIR)) for path in settings.BASE_DIR.glob("static/vendor/**/*.js")}
    for fonts in ("static/fonts/*.woff2", "symposium/lib/fonts/*.ttf"):
        kept |= {str(path.relative_to(settings.BASE_DIR)) for path in settings.BASE_DIR.glob(fonts)}

    assert {asset["file"] for asset in audit.vendored()} == kept
    assert audit.altered_files() == []


def test_altered_file_is_found(audit, tmp_path):
    audit.VENDORED = tmp_path / "vendored.toml"
    audit.VENDORED.write_text('[[asset]]\nfile = "manage.py"\nsha256 = "0"\n')

    assert audit.altered_files() == ["manage.py is not the file that vendored.toml names"]


@pytest.mark.parametrize(
    ("line", "is_secret"),
    [
        ("+-----BEGIN RSA " + "PRIVATE KEY-----", True),
        ("+token = 'gh" + "p_" + "a1" * 18 + "'", True),
        ("+key AK" + "IA" + "ABCDEFGH12345678", True),
        ("-----BEGIN CERTIFICATE-----", False),
        ("+SECRET_KEY = read('SECRET_KEY')", False),
    ],
)
def test_shape_of_a_secret_is_known(audit, line, is_secret):
    assert bool(audit.SECRET.match(line)) is is_secret


def test_history_holds_no_secret(audit):
    assert audit.secrets_in_history() == []


def test_bill_of_materials_names_packages_and_files(audit, tmp_path):
    audit.BILL = tmp_path / "var" / "sbom.json"

    audit.bill_of_materials()

    bill = json.loads(audit.BILL.read_text())
    names = {component["name"] for component in bill["components"]}
    assert bill["bomFormat"] == "CycloneDX"
    assert {"django", "psycopg", "typst", "jquery-ui", "EB Garamond"} <= names
    assert all(component["hashes"] for component in bill["components"] if component["type"] == "file")
