"""The statement of accessibility: what the law lets the site say, from a stored audit."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import translation

from programme.services.accessibility import CACHE_KEY, KEEP_SECONDS, State, forget_state, state, statement
from tests.factories import NOW, AccessibilityAuditFactory, AccessibilityPlanFactory, UserFactory

TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _nothing_known():
    forget_state()


def on(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("met", "applicable", "expected", "rate"),
    [
        (80, 80, State.FULL, 100),
        (79, 80, State.PARTIAL, 98),
        (105, 106, State.PARTIAL, 99),
        (40, 80, State.PARTIAL, 50),
        (39, 80, State.NOT, 48),
        (52, 105, State.NOT, 49),
        (0, 1, State.NOT, 0),
    ],
)
def test_state_follows_from_the_criteria(db, met, applicable, expected, rate):
    audit = AccessibilityAuditFactory(criteria_compliant=met, criteria_applicable=applicable)

    found = statement(at=NOW)

    assert (found.state, found.audit, found.expired, audit.rate) == (expected, audit, None, rate)
    assert state(at=NOW) == expected


def test_without_an_audit_the_site_is_not_compliant(db):
    found = statement(at=NOW)

    assert (found.state, found.audit, found.expired, found.plans) == (State.NOT, None, None, [])


def test_audit_counts_only_once_its_statement_is_established(db):
    AccessibilityAuditFactory(established_date=None)
    AccessibilityAuditFactory(established_date=TODAY + timedelta(days=1))

    assert statement(at=NOW).audit is None
    assert statement(at=NOW + timedelta(days=1)).state == State.PARTIAL


def test_newest_statement_counts(db):
    newest = AccessibilityAuditFactory(established_date=date(2027, 2, 20), criteria_compliant=80)
    AccessibilityAuditFactory(established_date=date(2027, 2, 1), audited_date=date(2027, 1, 31))

    assert statement(at=NOW).audit == newest


@pytest.mark.parametrize(
    ("established", "day", "counts"),
    [
        (date(2027, 2, 1), date(2030, 1, 31), True),
        (date(2027, 2, 1), date(2030, 2, 1), False),
        (date(2028, 2, 29), date(2031, 2, 28), True),
        (date(2028, 2, 29), date(2031, 3, 1), False),
    ],
)
def test_audit_no_longer_counts_after_three_years(db, established, day, counts):
    audit = AccessibilityAuditFactory(established_date=established)

    found = statement(at=on(day))

    assert (found.audit, found.expired) == ((audit, None) if counts else (None, audit))
    assert found.state == (State.PARTIAL if counts else State.NOT)
    assert audit.counts_on(day) is counts


def test_audit_that_is_not_published_never_counts():
    assert AccessibilityAuditFactory.build(established_date=None).counts_on(TODAY) is False


def test_plans_of_past_years_are_left_out(db):
    AccessibilityPlanFactory(first_year=2023, last_year=2025)
    plan = AccessibilityPlanFactory()
    yearly = AccessibilityPlanFactory(kind="yearly", first_year=2027, last_year=2027)

    found = statement(at=NOW)

    assert (found.multi_year_plans, found.yearly_plans) == ([plan], [yearly])


def test_state_is_asked_for_once_a_minute(db, django_assert_num_queries):
    with time_machine.travel(NOW, tick=False):
        state(at=NOW)
        with django_assert_num_queries(0):
            state(at=NOW)
    with time_machine.travel(NOW + timedelta(seconds=KEEP_SECONDS), tick=False), django_assert_num_queries(1):
        state(at=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"criteria_applicable": 0, "criteria_compliant": 0},
        {"criteria_compliant": 81},
        {"established_date": date(2027, 1, 19)},
    ],
)
def test_senseless_audit_is_refused(db, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessibilityAuditFactory(**wrong)


@pytest.mark.parametrize("wrong", [{"kind": "other"}, {"last_year": 2025}, {"last_year": 2029}])
def test_senseless_plan_is_refused(db, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessibilityPlanFactory(**wrong)


def test_rows_are_named_for_logs(db):
    assert str(AccessibilityAuditFactory()) == "accessibility audit of 2027-01-20"
    assert str(AccessibilityPlanFactory()) == "multi_year 2026"


# The page


@pytest.fixture
def page(client):
    def read(address):
        with time_machine.travel(NOW, tick=False):
            response = client.get(address)
        assert response.status_code == 200
        return response.content.decode()

    return read


def full_audit(**fields):
    texts = {
        "method_en": "A sample of pages, by hand.",
        "non_compliances_en": "The programme <b>table</b> has no caption.\n\nA button has no name.",
        "derogations_en": "Old recordings have no captions; a transcript is sent on request.",
        "out_of_scope_en": "The map of another site.",
        "technologies_en": "HTML5\nSVG",
        "environments_fr": "Firefox 140 et NVDA 2026.1",
        "tools_en": "A contrast checker",
        "pages_en": "Home page",
    }
    return AccessibilityAuditFactory(**{**texts, **fields})


def test_statement_is_written_from_the_audit(db, page):
    full_audit()
    text = page("/en/accessibility/")

    assert "<title>Accessibility: partially compliant, Symposium</title>" in text
    assert "The site is <strong>partially compliant</strong>" in text
    assert "The audit of 20 January 2027, carried out by Example and Sons, shows that 75% of the criteria" in text
    assert "60 of the 80 that apply" in text
    assert "<li>The programme &lt;b&gt;table&lt;/b&gt; has no caption.</li><li>A button has no name.</li>" in text
    assert "This statement was established on 1 February 2027." in text
    for words in ("Old recordings", "The map of", "<li>HTML5</li><li>SVG</li>", "A contrast checker", "Home page</li>"):
        assert words in text
    assert '<ul class="dashes" lang="fr"><li>Firefox' in text


def test_statement_in_french_uses_the_words_of_the_law(db, page):
    full_audit(criteria_compliant=80)
    text = page("/fr/accessibility/")

    assert "<title>Accessibilité\N{NO-BREAK SPACE}: totalement conforme, Symposium</title>" in text
    assert "<strong>totalement conforme</strong>" in text
    assert "Cabinet Exemple" in text
    assert "100\N{NO-BREAK SPACE}%" in text


def test_audit_without_lists_says_so(db, page):
    AccessibilityAuditFactory(criteria_compliant=10)
    text = page("/en/accessibility/")

    assert "fewer than half of its criteria are met" in text
    assert "The audit names none." in text
    assert "Technologies used by the site: HTML5" in text


def test_old_audit_is_said_to_be_old(db, page):
    AccessibilityAuditFactory(established_date=date(2024, 2, 1), audited_date=date(2024, 1, 1))
    text = page("/en/accessibility/")

    assert "<title>Accessibility: not compliant, Symposium</title>" in text
    assert "The last statement was established on 1 February 2024, and a statement counts for three years." in text
    assert "60 of the 80" not in text


def test_plans_are_linked_in_either_language(db, page):
    assert "multi-year plan is not published yet" in page("/en/accessibility/")
    AccessibilityPlanFactory()
    AccessibilityPlanFactory(kind="yearly", title_en="Plan 2027", first_year=2027, last_year=2027)
    text = page("/en/accessibility/")

    assert (
        'href="https://example.org/schema" rel="noopener">Multi-year plan of the house</a> (2026\N{EN DASH}2028)'
        in text
    )
    assert ">Plan 2027</a> (2027)" in text
    assert "not published yet" not in text


@pytest.mark.parametrize("address", ["/en/", "/en/sitemap/", "/en/account/login/", "/en/nowhere/"])
def test_every_page_names_the_state(db, client, address):
    AccessibilityAuditFactory()

    with time_machine.travel(NOW, tick=False), translation.override("en"):
        text = client.get(address).content.decode()

    assert ">Accessibility: partially compliant</a>" in text


def test_page_shows_a_new_audit_at_once(edition, page):
    assert "Accessibility: not compliant</a>" in page("/en/")
    AccessibilityAuditFactory()
    forget_state()  # as the administration does

    assert "Accessibility: partially compliant</a>" in page("/en/")


# The administration


ANSWERS = {
    "audited_date": "2027-01-20",
    "established_date": "2027-02-01",
    "auditor_fr": "Cabinet Exemple",
    "standard_version": "4.1",
    "criteria_compliant": "80",
    "criteria_applicable": "80",
}
LIST = "/admin/programme/accessibilityaudit/"


@pytest.fixture
def superuser(client, db):
    client.force_login(UserFactory(is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with time_machine.travel(NOW, tick=False):
        yield client


def test_saving_and_deleting_an_audit_reach_the_foot_at_once(superuser, django_capture_on_commit_callbacks):
    assert state(at=NOW) == State.NOT
    with django_capture_on_commit_callbacks(execute=True):
        assert superuser.post(f"{LIST}add/", ANSWERS).status_code == 302
    assert state(at=NOW) == State.FULL
    assert "100% (80 of 80)" in superuser.get(LIST).content.decode()

    audit = statement(at=NOW).audit
    with django_capture_on_commit_callbacks(execute=True):
        superuser.post(f"{LIST}{audit.pk}/delete/", {"post": "yes"})
    assert cache.get(CACHE_KEY) is None
    assert state(at=NOW) == State.NOT


def test_senseless_audit_is_explained(superuser):
    text = superuser.post(f"{LIST}add/", {**ANSWERS, "criteria_compliant": "81"}).content.decode()

    assert "At least one criterion applies, and no more are met than apply." in text
