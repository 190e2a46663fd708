"""The whole journey without a mouse: every step is a Tab, a Space or an Enter, and it is always seen where one is."""

import pytest
from playwright.sync_api import expect

from registrations.models import Registration
from tests.browser.test_journey import open_edition  # noqa: F401  # the same edition

TABS_AT_MOST = 60
FOCUSED = """() => {
    const focused = document.activeElement
    const style = getComputedStyle(focused)
    const box = focused.getBoundingClientRect()
    return {
        name: focused.id || focused.className || focused.innerText,
        place: [...document.querySelectorAll('*')].indexOf(focused),
        isSeen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.bottom > 0 && box.right > 0,
        isOutside: focused === document.body,
    }
}"""


class Hands:
    """Ten fingers on a keyboard. What has the focus is looked at after every Tab."""

    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page
        # Under our policy, which evaluate() passes by: no page is told to look away here.
        self.unseen, self.out_of_order = [], []

    def tab(self):
        before = self.page.evaluate(FOCUSED)
        self.page.keyboard.press("Tab")
        now = self.page.evaluate(FOCUSED)
        if not now["isOutside"] and not now["isSeen"]:
            self.unseen.append(f"{self.page.url}: {now['name']}")
        if not now["isOutside"] and not before["isOutside"] and now["place"] <= before["place"]:
            self.out_of_order.append(f"{self.page.url}: {before['name']}, {now['name']}")
        return now

    def tab_to(self, selector):
        for _time in range(TABS_AT_MOST):
            self.tab()
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"{self.page.url}: no way to {selector}")

    def type(self, selector, words):
        self.tab_to(selector)
        self.page.keyboard.type(words)

    def press(self, selector, key="Enter"):
        self.tab_to(selector)
        self.page.keyboard.press(key)


def test_journey_by_keyboard_alone(visit, open_edition):  # noqa: F811
    visitor = visit()
    page, hands = visitor.page, Hands(visitor)
    main = page.locator("main")

    visitor.open(f"/fr/{open_edition.slug}/")
    hands.press(".skip")
    hands.press("main .btn")
    page.wait_for_url("**/register/")
    hands.type("#email", "camille@example")
    hands.type("#family_name", "Essai")
    hands.press("#profile", "End")
    hands.press("form button[type=submit]")
    expect(page.get_by_role("alert")).to_be_visible()
    hands.press(".sum a[href='#email']")
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(".org")
    hands.press("#mode-onsite", "Space")
    hands.press("form button[type=submit]")
    page.wait_for_url("**/registered/**")
    expect(main).to_have_attribute("data-status", "pending")

    visitor.open(f"/fr/registrations/{Registration.objects.get().page_token}/")
    hands.press("main form button[type=submit]")
    expect(main).to_have_attribute("data-status", "confirmed")
    hands.press("main a[href$='cancel/']")
    page.wait_for_url("**/cancel/")
    hands.press("main form button[type=submit]")

    expect(main).to_have_attribute("data-status", "cancelled")
    assert Registration.objects.get().profile == "other"
    assert (hands.unseen, hands.out_of_order, visitor.complaints) == ([], [], [])


@pytest.mark.parametrize("path", ["", "programme/", "register/"])
def test_focus_visits_everything_once_and_leaves(visit, open_edition, path):  # noqa: F811
    visitor = visit(viewport={"width": 360, "height": 740})
    hands = Hands(visitor)
    visitor.open(f"/en/{open_edition.slug}/{path}")
    # A group of radio buttons is one stop.
    stops = visitor.page.locator(
        ":is(a[href], button, input:not([type=hidden], [type=radio]), select, summary, [tabindex='0'])"
        ":not([tabindex='-1']):visible"
    )

    seen = [hands.tab() for _time in range(TABS_AT_MOST)]

    before_it_leaves = [stop["place"] for stop in seen[: next(n for n, stop in enumerate(seen) if stop["isOutside"])]]
    radios = 1 if path == "register/" else 0
    assert len(set(before_it_leaves)) == len(before_it_leaves) == stops.count() + radios
    assert (hands.unseen, hands.out_of_order, visitor.complaints) == ([], [], [])
