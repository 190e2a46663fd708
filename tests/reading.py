"""A page as it is read aloud: each piece of text with the language it is said to be in."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
SILENT = {"script", "style", "title"}


class Reading(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.open, self.passages, self.titles = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        for name in ("alt", "aria-label", "title", "content"):
            if found.get(name):
                self.titles.append(found[name])
        if tag not in VOID:
            self.open.append((tag, found.get("lang") or (self.open[-1][1] if self.open else "")))

    def handle_startendtag(self, tag, attributes):
        """Of a drawing: it holds nothing."""

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self.open or not data.strip():
            return
        if self.open[-1][0] == "title":
            self.titles.append(data)
        elif self.open[-1][0] not in SILENT:
            self.passages.append((data, self.open[-1][1]))


def passages(html):
    """Return (text, language) of everything that is read."""
    return Reading(html).passages


def words(html):
    """Return everything that is read or shown by the browser itself: texts, titles, descriptions of pictures."""
    reading = Reading(html)
    return [text for text, _language in reading.passages] + reading.titles
