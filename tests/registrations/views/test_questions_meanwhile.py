"""An organizer deletes a question, or an answer it offers, in the instant in which somebody answers."""

import pytest

from programme.models import Question
from registrations.models import Answer, Registration
from registrations.services import questions, seats
from registrations.services.questions import Reply
from tests.factories import NOW, QuestionFactory
from tests.races import sent_while
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import fields_of
from tests.registrations.views.test_page import form_of, registered, url
from tests.registrations.views.test_register import ANSWERS, nonce_of

pytestmark = pytest.mark.django_db(transaction=True)
CHANGED = "The questions have just changed."
GONE = "Choose what is on the list."


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def meal(edition):
    return QuestionFactory(edition=edition, kind="one", options=["Fish", "Rice", "Tofu"], title_en="Which meal?")


def chosen(question, label="Fish"):
    return {question.field_name: str(question.options.get(label_en=label).pk)}


def deleting(thing, edition):
    """Hold the seats that everybody asks for first, and delete something before they are let go."""

    def hold():
        seats.lock_pools(edition)
        return thing.delete

    return hold


def form_to_register(client, edition, **answers):
    address = f"/en/{edition.slug}/register/"
    return address, ANSWERS | answers | {"nonce": nonce_of(client.get(address))}


def test_option_gone_is_asked_again_of_who_registers(client, edition, meal):
    form = form_to_register(client, edition, **chosen(meal))

    response = sent_while(deleting(meal.options.get(label_en="Fish"), edition), *form)

    page = response.content.decode()
    assert response.status_code == 422
    assert f'<a href="#{meal.field_name}-1">Which meal? {GONE}</a>' in page
    assert "Fish" not in page
    assert (Registration.objects.count(), Answer.objects.count()) == (0, 0)


def test_option_gone_tells_nothing_of_who_is_known(client, edition, meal):
    registered(edition, ANSWERS["email"])
    form = form_to_register(client, edition, **chosen(meal))

    response = sent_while(deleting(meal.options.get(label_en="Fish"), edition), *form)

    assert response.status_code == 422
    assert GONE in response.content.decode()


def test_question_gone_is_said_to_who_registers(client, edition):
    question = QuestionFactory(edition=edition)
    address, data = form_to_register(client, edition, **{question.field_name: "Blue"})

    response = sent_while(deleting(question, edition), address, data)

    page = response.content.decode()
    assert response.status_code == 422
    assert CHANGED in page
    assert "Your registration has not been sent yet" in page
    assert Registration.objects.count() == 0
    assert client.post(address, data).status_code == 303


def test_option_gone_is_asked_again_of_who_changes(edition, meal):
    registration = registered(edition)

    response = sent_while(
        deleting(meal.options.get(label_en="Fish"), edition),
        url(registration, "edit/"),
        form_of(registration, family_name="Other", **chosen(meal)),
    )

    registration.attendee.refresh_from_db()
    assert response.status_code == 422
    assert GONE in response.content.decode()
    assert registration.attendee.family_name != "Other"


def test_question_gone_is_said_to_who_changes(edition, meal):
    registration = registered(edition)

    response = sent_while(deleting(meal, edition), url(registration, "edit/"), form_of(registration, **chosen(meal)))

    page = response.content.decode()
    assert response.status_code == 422
    assert CHANGED in page
    assert "Nothing has been changed yet" in page


def test_option_gone_is_asked_again_on_the_page_of_questions(edition, meal):
    Question.objects.update(stage="confirmed")
    registration = registered(edition)

    def hold():
        Registration.objects.select_for_update().get()
        return meal.options.get(label_en="Fish").delete

    response = sent_while(hold, url(registration, "questions/"), chosen(meal))

    assert response.status_code == 422
    assert GONE in response.content.decode()
    assert Answer.objects.count() == 0


def test_answers_of_a_page_whose_links_end_meanwhile_are_not_kept(edition, meal):
    Question.objects.update(stage="confirmed")
    registration = registered(edition)

    def hold():
        locked = Registration.objects.select_for_update().filter(pk=registration.pk)
        locked.get()
        return lambda: locked.update(issue=registration.issue + 1)

    response = sent_while(hold, url(registration, "questions/"), chosen(meal))

    assert (response.status_code, response["Location"]) == (303, url(registration))
    assert Answer.objects.count() == 0


def test_option_that_is_being_deleted_is_waited_for(client, edition, meal):
    form = form_to_register(client, edition, **chosen(meal))

    def hold():
        meal.options.get(label_en="Fish").delete()
        return lambda: None

    response = sent_while(hold, *form)

    assert response.status_code == 422
    assert GONE in response.content.decode()


def test_organizer_waits_for_who_is_answering_and_deletes_nothing(edition, meal):
    organizer, registration = staff(edition, "organizer"), registered(edition)
    fish = meal.options.get(label_en="Fish")
    page = f"/admin/programme/question/{meal.pk}/"
    deleting_fish = fields_of(organizer.get(f"{page}change/"), "question_form") | {"options-0-DELETE": "on"}

    def hold():
        questions.keep_first(registration, [Reply(meal.pk, options=(fish.pk,))])
        return lambda: None

    assert sent_while(hold, f"{page}delete/", {"post": "yes"}, organizer).status_code == 403
    Answer.objects.all().delete()
    assert sent_while(hold, f"{page}change/", deleting_fish, organizer).status_code == 302
    assert Answer.objects.get().option == fish
