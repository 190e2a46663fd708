"""The addresses of the demo's mailbox."""

from django.urls import path

from symposium.outbox import views

app_name = "mailbox"
urlpatterns = [
    path("", views.mail_list, name="list"),
    path("<slug:name>/", views.mail_page, name="mail"),
    path("<slug:name>/html/", views.mail_html, name="html"),
    path("<slug:name>/source/", views.mail_source, name="source"),
    path("<slug:name>/parts/<int:number>/", views.mail_part, name="part"),
]
