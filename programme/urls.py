"""The addresses of the public pages, below the language. Those that begin with an edition come last."""

import re

from django.urls import path, re_path, register_converter
from django.urls.converters import SlugConverter

from programme.models.validators import RESERVED_SLUGS
from programme.views import feeds, logos, pages


class EditionSlug(SlugConverter):
    """Leaves the words of the site itself alone: without it « /metrics » would lead to an edition that cannot be."""

    regex = rf"(?!(?:{'|'.join(map(re.escape, sorted(RESERVED_SLUGS)))})(?:/|$)){SlugConverter.regex}"


register_converter(EditionSlug, "edition")

app_name = "programme"
urlpatterns = [
    path("", pages.home, name="home"),
    path("accents.css", pages.accents, name="accents"),
    path("people/<slug:slug>/", pages.person_page, name="person"),
    path("privacy/", pages.privacy, name="privacy"),
    path("privacy/<str:digest>/", pages.kept_text, name="kept_text"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("legal/", pages.legal, name="legal"),
    path("sitemap/", pages.sitemap, name="sitemap"),
    path("<edition:edition>/", pages.edition_page, name="edition"),
    path("<edition:edition>/preview.png", pages.preview, name="preview"),
    path("<edition:edition>/programme/", pages.programme_page, name="programme"),
    path("<edition:edition>/programme/embed/", pages.programme_embedded, name="embed"),
    path("<edition:edition>/sessions/<slug:slug>/", pages.session_page, name="session"),
]
# Of no language: files for machines, which ask for one by ``?lang=``. Namespace ``feeds``.
feed_urlpatterns = [
    re_path(r"^logos/(?P<digest>[0-9a-f]{64})\.png$", logos.logo, name="logo"),
    path("<edition:edition>/schedule.xml", feeds.schedule_as_xml, name="xml"),
    path("<edition:edition>/schedule.json", feeds.schedule_as_json, name="json"),
    path("<edition:edition>/schedule.ics", feeds.schedule_as_calendar, name="calendar"),
    path("<edition:edition>/sessions/<slug:slug>.ics", feeds.session_as_calendar, name="session-calendar"),
]
