"""The addresses of signing in with ORCID; allauth looks for them in a module of this name."""

from django.urls import path

from symposium.accounts import views

urlpatterns = [
    path("orcid/login/", views.login, name="orcid_login"),
    path("orcid/login/callback/", views.callback, name="orcid_callback"),
    path("orcid/join/", views.join, name="orcid_join"),
]
