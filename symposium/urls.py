"""All addresses."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from programme.urls import feed_urlpatterns
from programme.views.pages import sitemap_xml
from registrations.urls import api_urlpatterns, public_urlpatterns, ticket_urlpatterns
from registrations.views.metrics import metrics
from symposium import views
from symposium.accounts.demo import sign_in

# Staff log in as everybody does, with the second factor and the limits of allauth.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.root, name="root"),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots_txt, name="robots"),
    path("sitemap.xml", sitemap_xml, name="sitemap-xml"),
    path(".well-known/security.txt", views.security_txt, name="security"),
    path("mailbox/", include("symposium.outbox.urls")),
    path("demo/sign-in/<str:token>/", sign_in, name="demo-sign-in"),
    path("api/v1/", include((api_urlpatterns, "api"))),
    path("", include((ticket_urlpatterns, "tickets"))),
    path("", include((feed_urlpatterns, "feeds"))),
    *i18n_patterns(
        path("account/", include("allauth.urls")),
        path("", include((public_urlpatterns, "registrations"))),
        path("", include("programme.urls")),  # last: it takes every word for an edition
        prefix_default_language=True,
    ),
]
handler429 = "symposium.errors.too_many_requests"  # allauth asks for it
handler500 = "symposium.errors.server_error"
