FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /opt/venv
COPY requirements/production.txt /tmp/production.txt
RUN /opt/venv/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement /tmp/production.txt


FROM python:3.11-slim-bookworm
ENV DEBUG=false \
    PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    WEB_CONCURRENCY=2
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin symposium
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/symposium
COPY . .
# The settings want every value before they let any command run. These live in this line alone: none reaches the image.
RUN SECRET_KEY=only-to-collect-the-static-files-0000 TICKET_KEYS=only-to-collect-the-static-files-0000 \
    DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost EMAIL_URL=smtp://localhost \
    DEFAULT_FROM_EMAIL=nobody@example.org PUBLIC_ORIGIN=https://example.org ALLOWED_HOSTS=example.org \
    python manage.py collectstatic --noinput \
    && python -m compileall -q manage.py programme registrations symposium
# A volume takes its owner from here.
RUN install --directory --owner 10001 --group 10001 var
USER 10001:10001
EXPOSE 8000
# Asked under a name that the site answers to.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as web; host = os.environ['ALLOWED_HOSTS'].split(',')[0]; web.urlopen(web.Request('http://127.0.0.1:8000/healthz', headers={'Host': host}), timeout=4)"]
CMD ["gunicorn", "symposium.wsgi"]
