"""The addresses of the public pages, below the language. Those that begin with an edition come last."""

from django.urls import path, re_path

from programme.views import feeds, logos, pages

app_name = "programme"
urlpatterns = [
    path("", pages.home, name="home"),
    path("accents.css", pages.accents, name="accents"),
    path("people/<slug:slug>/", pages.person_page, name="person"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("legal/", pages.legal, name="legal"),
    path("sitemap/", pages.sitemap, name="sitemap"),
    path("<slug:edition>/", pages.edition_page, name="edition"),
    path("<slug:edition>/preview.png", pages.preview, name="preview"),
    path("<slug:edition>/programme/", pages.programme_page, name="programme"),
    path("<slug:edition>/programme/embed/", pages.programme_embedded, name="embed"),
    path("<slug:edition>/sessions/<slug:slug>/", pages.session_page, name="session"),
]
# Of no language: files for machines, which ask for one by ``?lang=``. Namespace ``feeds``.
feed_urlpatterns = [
    re_path(r"^logos/(?P<digest>[0-9a-f]{64})\.png$", logos.logo, name="logo"),
    path("<slug:edition>/schedule.xml", feeds.schedule_as_xml, name="xml"),
    path("<slug:edition>/schedule.json", feeds.schedule_as_json, name="json"),
    path("<slug:edition>/schedule.ics", feeds.schedule_as_calendar, name="calendar"),
    path("<slug:edition>/sessions/<slug:slug>.ics", feeds.session_as_calendar, name="session-calendar"),
]
