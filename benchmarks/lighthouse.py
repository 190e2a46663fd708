"""What Lighthouse says of five pages, served as in production and read on a telephone.

    mkdir /tmp/lighthouse && PUPPETEER_SKIP_DOWNLOAD=1 npm install --prefix /tmp/lighthouse lighthouse@12.2.3
    .venv/bin/python -m benchmarks.lighthouse /tmp/lighthouse [--language fr]

Needs Node 18.20 or newer (12.2.3 is the last version for Node 20 and older) and Chromium. Ends with 1 if a score is below 98; the
ticket is kept from search engines, so that its SEO score does not count.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.topology.showcase import EDITION, Showcase, showcase

PAGES = {
    "home": "/{l}/",
    "edition": "/{l}/{e}/",
    "programme": "/{l}/{e}/programme/",
    "register": "/{l}/{e}/register/",
    "ticket": "/{l}/registrations/{token}/",
}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = 98
ATTEMPTS = 3  # Chromium does not always start
EXEMPT = {("ticket", "seo")}
CHROMIUM = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where npm has put Lighthouse")
    parser.add_argument("--pages", nargs="*", choices=PAGES, default=list(PAGES))
    parser.add_argument(
        "--runs", type=int, default=3, help="the median of so many, for the rest of the machine disturbs one"
    )
    parser.add_argument("--language", choices=["fr", "en"], default="fr")
    options = parser.parse_args()
    is_low = False
    with showcase() as site:
        for page in options.pages:
            path = PAGES[page].format(l=options.language, e=EDITION, token=site.token)
            reports = [audit(options.folder, site, path) for _run in range(options.runs)]
            report = sorted(reports, key=lambda one: one["categories"]["performance"]["score"])[options.runs // 2]
            scores = {name: round(100 * (report["categories"][name]["score"] or 0)) for name in CATEGORIES}
            is_low |= any(score < LEAST and (page, name) not in EXEMPT for name, score in scores.items())
            print(page, ", ".join(f"{name} {score}" for name, score in scores.items()), measures(report))
            for line in complaints(report):
                print(f"    {line}")
    sys.exit(is_low)


def audit(folder: Path, site: Showcase, path: str) -> dict:
    """Return the report of one page; the simulated phone and its slow network are Lighthouse's own defaults."""
    command = [
        str(folder / "node_modules" / ".bin" / "lighthouse"),
        f"{site.origin}{path}",
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={CHROMIUM}",
    ]
    environment = {"CHROME_PATH": shutil.which("chromium") or "", **os.environ}
    for _attempt in range(ATTEMPTS):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode == 0:
            return json.loads(done.stdout)
        print(f"    once more, Lighthouse ended with {done.returncode}: {done.stderr.strip()[-300:]}", file=sys.stderr)
    sys.exit(f"Lighthouse gave no report of {path}.")


def measures(report: dict) -> str:
    audits = report["audits"]
    names = {"FCP": "first-contentful-paint", "LCP": "largest-contentful-paint", "CLS": "cumulative-layout-shift"}
    return " ".join(f"{short} {audits[name].get('displayValue', '?')}" for short, name in names.items())


def complaints(report: dict) -> list[str]:
    """Return what costs points."""
    weights = {
        part["id"]: part["weight"] for category in report["categories"].values() for part in category["auditRefs"]
    }
    audits = [audit for audit in report["audits"].values() if weights.get(audit["id"])]
    return [
        f"{audit['id']}: {audit['title']} {audit.get('displayValue', '')}"
        for audit in audits
        if audit["score"] is not None and audit["score"] < 1
    ]


if __name__ == "__main__":
    main()
