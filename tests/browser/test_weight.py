"""What a public page weighs when it is opened for the first time, as production serves it, and whether it holds still."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.topology.showcase import EDITION, showcase

PAGES = {
    "home": "/{l}/",
    "edition": "/{l}/{e}/",
    "edition of the past": "/{l}/2022/",
    "programme": "/{l}/{e}/programme/",
    "register": "/{l}/{e}/register/",
    "ticket": "/{l}/registrations/{token}/",
    "lost mail": "/{l}/ticket/",
    "privacy": "/{l}/privacy/",
    "accessibility": "/{l}/accessibility/",
    "legal notice": "/{l}/legal/",
    "sitemap": "/{l}/sitemap/",
}
LOGOS = 4
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
TOTAL_BYTES, WITHOUT_FONTS_BYTES, REQUESTS = 100_000, 30_000, 8
# As on a train: 400 kilobits a second, and 0.4 seconds until an answer begins.
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
# Each organisation of the edition gets a logo for either ground, as large as a page keeps them.
DRAW_LOGOS = f"""
import io
from PIL import Image
from programme.models import Organisation
from programme.services import logos
for organisation in Organisation.objects.filter(partnerships__edition__slug="{EDITION}").distinct():
    for variant in ("light", "dark"):
        image, file = Image.effect_noise((448, 112), 64), io.BytesIO()
        image.save(file, "PNG")
        logos.keep(organisation=organisation, variant=variant, picture=logos.prepare(file.getvalue()))
"""
WATCH_SHIFTS = """
    window.shifts = [];
    new PerformanceObserver(list => window.shifts.push(...list.getEntries().map(entry => entry.value)))
        .observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture(scope="module")
def site():
    with showcase(DRAW_LOGOS) as site:
        yield site


class Reader:
    """Somebody who has never been here, with what their browser fetched: (address, type, bytes over the wire)."""

    def __init__(self, browser, viewport):
        # Our policy lets no page watch itself; it has tests of its own.
        self._context = browser.new_context(viewport=viewport, bypass_csp=True)
        self._page = self._context.new_page()
        self._page.add_init_script(WATCH_SHIFTS)
        self.protocol = self._context.new_cdp_session(self._page)
        self.protocol.send("Network.enable")
        self._answers, self._sizes = {}, {}
        self.protocol.on("Network.responseReceived", self._see_answer)
        self.protocol.on("Network.loadingFinished", self._see_end)

    def open(self, address):
        self._page.goto(address)
        self._page.wait_for_load_state("networkidle")
        self._page.evaluate("document.fonts.ready.then(() => 0)")

    def scroll_to(self, selector):
        self._page.locator(selector).last.scroll_into_view_if_needed()
        for image in self._page.locator(f"{selector} img").all():
            expect(image).to_have_js_property("complete", True)

    @property
    def fetched(self):
        while self._answers.keys() - self._sizes.keys():
            self._page.wait_for_timeout(20)  # hears what the browser reports meanwhile
        return [(*answer, self._sizes[request]) for request, answer in self._answers.items()]

    @property
    def shifts(self):
        return self._page.evaluate("window.shifts")

    def leave(self):
        self._context.close()

    def _see_answer(self, event):
        self._answers[event["requestId"]] = (event["response"]["url"], event["type"])

    def _see_end(self, event):
        self._sizes[event["requestId"]] = event["encodedDataLength"]


@pytest.fixture
def reader_at(browser):
    readers = []

    def new_reader(viewport):
        readers.append(Reader(browser, viewport))
        return readers[-1]

    yield new_reader
    for reader in readers:
        reader.leave()


def address_of(site, page, language="fr"):
    return site.origin + PAGES[page].format(l=language, e=EDITION, token=site.token)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("page", PAGES)
def test_page_is_light_and_holds_still(site, reader_at, page, viewport):
    reader = reader_at(viewport)

    reader.open(address_of(site, page))

    # Logos stand near the end. A phone fetches them as its reader comes near; a desk, whose fold is lower, at once.
    logos = [one for one in reader.fetched if "/logos/" in one[0]]
    fetched = [one for one in reader.fetched if one not in logos]
    total = sum(size for _url, _kind, size in fetched)
    fonts = sum(size for _url, kind, size in fetched if kind == "Font")
    assert viewport == DESK or logos == []
    assert fonts > 0
    assert total <= TOTAL_BYTES, fetched
    assert total - fonts <= WITHOUT_FONTS_BYTES, fetched
    assert len(fetched) <= REQUESTS, fetched
    assert {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url, _kind, _size in fetched} == {site.origin}
    assert "Script" not in {kind for _url, kind, _size in fetched}
    assert reader.shifts == []


def test_logos_come_as_their_reader_does_and_move_nothing(site, reader_at):
    reader = reader_at(PHONE)
    reader.open(address_of(site, "edition"))

    reader.scroll_to(".logos")

    assert len([url for url, _kind, _size in reader.fetched if "/logos/" in url]) == LOGOS
    assert reader.shifts == []


@pytest.mark.parametrize("page", ["edition", "register"])
def test_page_that_comes_slowly_holds_still(site, reader_at, page):
    reader = reader_at(PHONE)
    reader.protocol.send("Network.emulateNetworkConditions", SLOW)

    reader.open(address_of(site, page, "en"))

    assert reader.shifts == []
