"""The task queue: it makes things fast; PostgreSQL keeps them."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "symposium.settings")
app = Celery("symposium")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
