"""A real Chromium before a server of ours. ``visit()`` opens a page that keeps an eye on what the browser reports."""

import os
import shutil
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

# Playwright runs an event loop in the thread of the test, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    "The tests in tests/browser need Chromium: install it (on Debian: apt-get install chromium), "
    "or put it on the PATH under that name. .ci/run installs it."
)


@pytest.fixture(scope="session")
def browser():
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None and os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    if path is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page of one visitor, and what the browser had to complain of."""

    page: object
    origin: str
    complaints: list = field(default_factory=list)

    def __post_init__(self):
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.context.on("request", self._see)

    def open(self, path):
        return self.page.goto(f"{self.origin}{path}")

    def _hear(self, message):
        # Chromium tells of a status beyond 399 as an error as well; the policy's have no number.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _see(self, request):
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.complaints.append(f"{self.page.url}: a request to {request.url}")


@pytest.fixture
def visit(browser, live_server):
    """Open the door to a new visitor, who has no cookie yet."""
    contexts = []

    def new_visit(**options):
        context = browser.new_context(**{"locale": "fr-FR", **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Visit(context.new_page(), live_server.url)

    yield new_visit
    for context in contexts:
        context.close()
