"""The addresses of the public pages, below the language. Those that begin with an edition come last."""

from django.urls import path

from programme import views

app_name = "programme"
urlpatterns = [
    path("", views.home, name="home"),
    path("accents.css", views.accents, name="accents"),
    path("people/<slug:slug>/", views.person_page, name="person"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("legal/", views.legal, name="legal"),
    path("sitemap/", views.sitemap, name="sitemap"),
    path("<slug:edition>/", views.edition_page, name="edition"),
    path("<slug:edition>/programme/", views.programme_page, name="programme"),
    path("<slug:edition>/sessions/<slug:slug>/", views.session_page, name="session"),
]
