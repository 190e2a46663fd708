"""A message to the people of an edition, as organizers write it."""

from registrations.models import Message

LIST = "/admin/registrations/message/"

TEXTS = {"subject_fr": "Objet", "body_fr": "Bonjour {name}", "subject_en": "Subject", "body_en": "Hello {name}"}

CHOICES = dict.fromkeys(
    ("for_status", "for_mode", "for_session", "for_profile", "for_language", "for_presence", "for_coming"), ""
)  # fmt: skip


def page_of(message, below="send/"):
    return f"{LIST}{message.pk}/{below}"


def words_of(response):
    return " ".join(response.content.decode().split())


def notes_of(response):
    return [str(note) for note in response.context["messages"]]


def do(client, message, what, **more):
    return client.post(page_of(message), {"do": what, **more}, follow=True)


def state_of(message):
    return Message.objects.get(pk=message.pk).state
