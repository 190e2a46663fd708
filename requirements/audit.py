"""What can be said of the code that an installation runs on and that is not ours: ``make audit``.

Four things, each of which ends with status 1 when it is not as it should be: known vulnerabilities of the locked packages
(pip-audit), their licences against those that an Apache-2.0 project may ship (pip-licenses), the checked list in
``docs/licences.md``, and secrets in the repository's history. A bill of materials (CycloneDX) is left in ``var/sbom.json``.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
LOCK = CHECKOUT / "requirements" / "production.txt"
VENDORED = CHECKOUT / "requirements" / "vendored.toml"
LIST = CHECKOUT / "docs" / "licences.md"
BILL = CHECKOUT / "var" / "sbom.json"
TOOLS = Path(sys.executable).parent
# As the packages call them. LGPL and MPL bind changes to the library itself: we ship psycopg, certifi and fido2 unchanged and
# apart, so that anybody can put another version in their place. qrcode carries a second notice beside its BSD licence.
ALLOWED = {
    "Apache Software License", "Apache-2.0", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "LGPL-3.0-only", "MIT",
    "MIT License", "MIT-0", "MIT-CMU", "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)", "OFL-1.1",
    "Other/Proprietary License", "PSF-2.0",
}  # fmt: skip
ODD = {"Other/Proprietary License": {"qrcode"}}
# Shapes of secrets that are nothing else: a key in its wrapping, and what known services hand out.
SECRET = re.compile(
    r"^\+.*(-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[0-9A-Za-z]{36}|\bglpat-[0-9A-Za-z_-]{20}"
    r"|\bxox[abprs]-[0-9A-Za-z-]{10,}|\bpypi-[0-9A-Za-z_-]{50,})"
)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/licences.md anew")
    parser.add_argument("--advisories", help="address of another database that speaks OSV's language")
    options = parser.parse_args(arguments)
    found = [
        *vulnerabilities(options.advisories),
        *licences(write=options.write),
        *altered_files(),
        *secrets_in_history(),
    ]
    bill_of_materials()
    for line in found:
        say(f"REFUSED: {line}")
    return bool(found)


def vulnerabilities(advisories: str | None) -> list[str]:
    """Return what is known against the locked packages; say plainly when nobody could be asked."""
    command = ["pip-audit", "--requirement", str(LOCK), "--require-hashes", "--disable-pip", "--progress-spinner=off"]
    command += ["--format=json", "--vulnerability-service=osv", *(["--osv-url", advisories] if advisories else [])]
    done = run(command)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        reason = (done.stderr.strip().splitlines() or ["no answer"])[-1].partition("(")[0].strip(": ")
        say(f"Vulnerabilities: NOT CHECKED, the database of advisories could not be asked ({reason}).")
        return []
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if skipped:
        say(f"Vulnerabilities: NOT CHECKED for {', '.join(skipped)}.")
    say(f"Vulnerabilities: {len(packages) - len(skipped)} of {len(packages)} locked packages were checked.")
    return [
        f"{package['name']} {package['version']}: {flaw['id']}"
        for package in packages
        for flaw in package.get("vulns", [])
    ]


def licences(*, write: bool) -> list[str]:
    """Return the packages whose licence we may not ship, and whether the committed list is out of date."""
    names = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==", LOCK.read_text(), re.MULTILINE)
    done = run(["pip-licenses", "--from=mixed", "--with-urls", "--format=json", "--packages", *names], check=True)
    # A version may change without a change of the list; a fork of the lock for another Python is installed there.
    rows = [(row["Name"], row["License"], "production.txt") for row in json.loads(done.stdout)]
    rows += [(asset["name"], asset["licence"], asset["file"]) for asset in vendored()]
    text = HEAD + "".join(f"| {name} | {licence} | {where} |\n" for name, licence, where in sorted(rows, key=folded))
    if write:
        LIST.write_text(text)
    found = [f"{name}: licence « {licence} »" for name, licence, _where in rows if not is_allowed(name, licence)]
    if LIST.read_text() != text:
        found.append("docs/licences.md no longer says what is installed: make audit ARGS=--write")
    say(f"Licences: {len(rows)} packages and files, {len(found)} to look at.")
    return found


def folded(row: tuple[str, str, str]) -> tuple[str, str]:
    return row[0].casefold(), row[2]


def is_allowed(name: str, licence: str) -> bool:
    """Whether each licence it names is one of ours, or, where it gives the choice, one of them is."""
    if " OR " in licence:
        return any(is_allowed(name, choice) for choice in licence.split(" OR "))
    parts = re.split(r"; | AND ", licence)
    return all(part in ALLOWED and (part not in ODD or name in ODD[part]) for part in parts)


def vendored() -> list[dict[str, str]]:
    """Return the files of others that are kept here: name, version, source, licence, file, sha256."""
    assets: list[dict[str, str]] = tomllib.loads(VENDORED.read_text())["asset"]
    return assets


def altered_files() -> list[str]:
    """Return the files of others that are not, byte for byte, what ``vendored.toml`` names."""
    digests = {asset["file"]: asset["sha256"] for asset in vendored()}
    return [
        f"{file} is not the file that vendored.toml names"
        for file, digest in digests.items()
        if hashlib.sha256((CHECKOUT / file).read_bytes()).hexdigest() != digest
    ]


def secrets_in_history() -> list[str]:
    """Return the commits that added something of the shape of a secret."""
    if shutil.which("git") is None or not (CHECKOUT / ".git").exists():
        say("Secrets in history: NOT CHECKED, there is no history here.")
        return []
    command = ["git", "-C", str(CHECKOUT), "log", "--all", "--patch", "--no-textconv", "--format=commit %H"]
    found: list[str] = []
    commit = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", errors="replace") as log:
        for line in log.stdout or ():
            if line.startswith("commit "):
                commit = line.split()[1]
            elif SECRET.match(line):
                found.append(f"commit {commit[:12]} added what looks like a secret")
    say(f"Secrets in history: {len(found)} found.")
    return found


def bill_of_materials() -> None:
    command = ["cyclonedx-py", "requirements", str(LOCK), "--pyproject", str(CHECKOUT / "pyproject.toml")]
    bill: dict[str, Any] = json.loads(run([*command, "--output-reproducible"], check=True).stdout)
    for asset in vendored():
        bill["components"].append(
            {
                "type": "file",
                "bom-ref": asset["file"],
                "name": asset["name"],
                "version": asset["version"],
                "licenses": [{"license": {"id": asset["licence"]}}],
                "hashes": [{"alg": "SHA-256", "content": asset["sha256"]}],
            }
        )
    BILL.parent.mkdir(exist_ok=True)
    BILL.write_text(json.dumps(bill, indent=2))
    say(f"Bill of materials: {len(bill['components'])} components in var/sbom.json.")


def run(command: list[str], *, check: bool = False) -> subprocess.CompletedProcess[str]:
    """Run one of the tools that stand beside this Python."""
    return subprocess.run(
        [str(TOOLS / command[0]), *command[1:]], check=check, capture_output=True, encoding="utf-8", cwd=CHECKOUT
    )


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


HEAD = """# Licences

What an installation runs on and that is not ours. Made by `make audit ARGS=--write`, compared by `make audit`; the licences are
those that the packages name themselves. Versions are in `requirements/production.txt` and `requirements/vendored.toml`.

| package or file | licence | where |
| --- | --- | --- |
"""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
