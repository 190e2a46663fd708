"""Sending a form of the administration as the browser would: what it shows, with some fields typed anew."""

from html.parser import HTMLParser

from django.urls import reverse


class _Fields(HTMLParser):
    """Collects the names and values of one form."""

    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.values, self.area, self.select = {}, None, None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("id") == self.form_id
        name = found.get("name")
        if not self.inside:
            return
        if tag == "input" and name and found.get("type") not in {"submit", "button"}:
            is_ticked = found.get("type") in {"checkbox", "radio"}
            if not is_ticked or "checked" in found:
                self.values.setdefault(name, []).append(found.get("value", "on" if is_ticked else ""))
        elif tag == "textarea":
            self.area = name
            self.values[name] = [""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in found:
            self.values.setdefault(self.select, []).append(found.get("value", ""))

    def handle_data(self, data):
        if self.area:
            self.values[self.area][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            self.values[self.area][0] = self.values[self.area][0].removeprefix("\n")
            self.area = None
        if tag == "select":
            self.select = None
        if tag == "form":
            self.inside = False


def fields_of(response, form_id):
    parser = _Fields(form_id)
    parser.feed(response.content.decode())
    assert parser.values, f"no form {form_id} on the page"
    return parser.values


def send(client, url, form_id, **typed):
    """Open a page, type some of its fields anew and send it; a value of None leaves the field out."""
    data = fields_of(client.get(url), form_id)
    data |= {name: value for name, value in typed.items() if value is not None}
    for name in [name for name, value in typed.items() if value is None]:
        data.pop(name, None)
    return client.post(url, data)


def shown(response):
    return response.content.decode()


def told(response):
    """The messages that the page now shows, or the page after it would."""
    return [str(message) for message in response.wsgi_request._messages]


def change(edition):
    """Return the address of an edition's page."""
    return reverse("admin:programme_edition_change", args=[edition.pk])
