"""Makes Django ready for a benchmark in its own process: imported before any model is."""

import os
import warnings

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "symposium.settings")
warnings.filterwarnings("ignore", "No directory at")  # static files that were not collected
django.setup()
