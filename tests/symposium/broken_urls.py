"""The addresses of the site, and one that breaks."""

from django.urls import path

from symposium.urls import handler500, urlpatterns  # noqa: F401


def broken(request):
    raise RuntimeError


urlpatterns = [path("broken/", broken), *urlpatterns]
