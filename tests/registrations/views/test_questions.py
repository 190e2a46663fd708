"""The questions of an edition, from the outside: the form, the change, the person's page, and that of who came in a group."""

from datetime import date

import pytest

from programme.models import Edition, Question
from registrations.models import Answer, Registration
from tests.factories import NOW, QuestionFactory, members_of, send_group
from tests.registrations.views.test_page import form_of, registered, url
from tests.registrations.views.test_register import ANSWERS, nonce_of, send


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def asked(edition):
    """One question of each kind, with the registration."""
    options = {"one": ["Fish", "Rice"], "several": ["Monday", "Tuesday", "Friday"]}
    return {
        kind: QuestionFactory(edition=edition, kind=kind, options=options.get(kind)) for kind in Question.Kind.values
    }


def option_of(question, label):
    return question.options.get(label_en=label)


def answers_to(asked):
    """What somebody types and ticks who answers all."""
    days = [str(option_of(asked["several"], day).pk) for day in ("Friday", "Monday")]
    return {
        asked["text"].field_name: "Blue",
        asked["long_text"].field_name: "One line\r\nand another",
        asked["one"].field_name: str(option_of(asked["one"], "Rice").pk),
        asked["several"].field_name: days,
    }


def kept():
    rows = Answer.objects.order_by("question__position", "option__position")
    return list(rows.values_list("question", "option__label_en", "text"))


def kept_of_all(asked):
    return [
        (asked["text"].pk, None, "Blue"),
        (asked["long_text"].pk, None, "One line\nand another"),
        (asked["one"].pk, "Rice", ""),
        (asked["several"].pk, "Monday", ""),
        (asked["several"].pk, "Friday", ""),
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Favourite?", "Any will do.", "Purpose: to order the meals · deleted on 20 June 2027", "Fish"]),
        ("fr", ["Préféré ?", "Purpose", "préparer les repas", "20 juin 2027", "Fish (fr)"]),
    ],
)
def test_form_asks_with_purpose_and_day(client, edition, asked, language, words):
    Question.objects.update(title_fr="Préféré ?", title_en="Favourite?", help_text_en="Any will do.")

    page = (
        client.get(f"/{language}/{edition.slug}/register/").content.decode().replace("\xa0", " ").replace("\u202f", " ")
    )

    for word in words[: 1 if language == "fr" else None] + words[2:]:
        assert word in page
    for question in asked.values():
        assert f'name="{question.field_name}"' in page


def test_answers_of_each_kind_are_kept(client, edition, asked):
    response = send(client, edition, **answers_to(asked))

    assert response.status_code == 303
    assert kept() == kept_of_all(asked)


def test_nobody_has_to_answer_what_is_optional(client, edition, asked):
    assert send(client, edition).status_code == 303
    assert kept() == []


@pytest.mark.parametrize("kind", Question.Kind.values)
def test_required_question_without_answer_is_an_error_at_its_field(client, edition, asked, kind):
    Question.objects.filter(pk=asked[kind].pk).update(is_required=True)
    name = asked[kind].field_name

    response = send(client, edition, "en", **{name: " "} if kind == "text" else {})

    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="e-{name}"' in page
    target = f"{name}-1" if asked[kind].is_of_choice else name
    assert f'<a href="#{target}">' in page
    assert f'id="{target}"' in page
    assert page.count("Answer this question.") == 2
    assert Registration.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("text", "x" * 301, "Write it shorter: 300 characters at most."),
        ("text", "a\x00b", "Null characters are not allowed."),
        ("text", "two\nlines\x07", "characters that cannot be read"),
        ("text", "\u202eesrever", "characters that cannot be read"),
        ("long_text", "x" * 100_000, "Write it shorter: 2000 characters at most."),
        ("one", "0", "Choose what is on the list."),
        ("one", "9" * 400, "Choose what is on the list."),
        ("several", ["0"], "Choose what is on the list."),
        ("several", ["\x00"], "Choose what is on the list."),
    ],
)
def test_answer_that_is_none_is_refused_and_kept_in_the_form(client, edition, asked, kind, value, words):
    response = send(client, edition, "en", **{asked[kind].field_name: value})

    assert response.status_code == 422
    assert words in response.content.decode()
    assert (Registration.objects.count(), Answer.objects.count()) == (0, 0)


def test_option_of_another_question_is_refused(client, edition, asked):
    other = option_of(asked["several"], "Monday")

    assert send(client, edition, **{asked["one"].field_name: str(other.pk)}).status_code == 422


def test_refused_form_shows_again_what_was_answered(client, edition, asked):
    page = send(client, edition, "en", email="nobody", **answers_to(asked)).content.decode()

    rice, monday, tuesday = (
        option_of(asked["one"], "Rice"),
        option_of(asked["several"], "Monday"),
        option_of(asked["several"], "Tuesday"),
    )
    assert 'value="Blue"' in page
    assert "One line\nand another</textarea>" in page.replace("\r\n", "\n")
    assert f'value="{rice.pk}" checked' in page
    assert f'value="{monday.pk}" checked' in page
    assert f'value="{tuesday.pk}" checked' not in page


def test_text_is_shown_literally(client, edition, asked):
    hostile = "<script>alert(1)</script> {{ 7 }} =1+1"
    send(client, edition, **{asked["text"].field_name: hostile})

    page = client.get(url(Registration.objects.get())).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 }} =1+1" in page
    assert "<script>alert" not in page


def test_question_switched_off_or_past_its_day_is_not_asked(client, edition, asked):
    Question.objects.filter(pk=asked["text"].pk).update(is_switched_on=False, is_required=True)
    Question.objects.filter(pk=asked["one"].pk).update(deletion_date=date(2027, 3, 1), is_required=True)

    page = client.get(f"/en/{edition.slug}/register/").content.decode()

    assert asked["text"].field_name not in page
    assert asked["one"].field_name not in page
    assert asked["several"].field_name in page
    assert send(client, edition, **answers_to(asked)).status_code == 303
    assert {row[0] for row in kept()} == {asked["long_text"].pk, asked["several"].pk}


def test_questions_of_another_edition_are_not_asked(client, edition):
    other = QuestionFactory(is_required=True)

    assert send(client, edition, **{other.field_name: "Blue"}).status_code == 303
    assert kept() == []


def test_sending_costs_three_statements_more_of_who_answers(client, edition, asked, django_assert_num_queries):
    """As many as without questions, which ride on the statement that loads the edition; one that keeps the answers, two
    that have the database look at once whether what is answered is still there."""
    send(client, edition, **answers_to(asked))
    target = f"/fr/{edition.slug}/register/"
    silent, answering = ({**ANSWERS, "email": f"{name}@example.org"} for name in "bc")
    forms = [form | {"nonce": nonce_of(client.get(target))} for form in (silent, answering | answers_to(asked))]

    with django_assert_num_queries(12):
        assert client.post(target, forms[0]).status_code == 303
    with django_assert_num_queries(15):
        assert client.post(target, forms[1]).status_code == 303


def test_form_page_costs_the_same_with_questions(client, edition, django_assert_num_queries):
    target = f"/en/{edition.slug}/register/"
    client.get(target)

    with django_assert_num_queries(2):
        client.get(target)
    QuestionFactory(edition=edition, kind="one", options=["Fish", "Rice"])
    with django_assert_num_queries(2):
        client.get(target)


def test_known_address_changes_nothing_of_its_answers(client, edition, asked):
    send(client, edition, **answers_to(asked))

    assert send(client, edition, **{asked["text"].field_name: "Red"}).status_code == 303

    assert kept() == kept_of_all(asked)


def test_coming_back_counts_what_the_new_form_says(client, edition, asked):
    send(client, edition, **answers_to(asked))
    client.post(url(Registration.objects.get(), "cancel/"))

    send(client, edition, **{asked["text"].field_name: "Red"})

    assert kept() == [(asked["text"].pk, None, "Red")]


def test_change_form_shows_answers_and_replaces_them(client, edition, asked):
    send(client, edition, **answers_to(asked))
    registration = Registration.objects.get()

    page = client.get(url(registration, "edit/")).content.decode()
    new = {asked["text"].field_name: "Red", asked["one"].field_name: str(option_of(asked["one"], "Fish").pk)}
    response = client.post(url(registration, "edit/"), form_of(registration, **new))

    assert 'value="Blue"' in page
    assert page.count(" checked") == 4  # the mode, rice, and two days
    assert response.status_code == 303
    assert kept() == [(asked["text"].pk, None, "Red"), (asked["one"].pk, "Fish", "")]


def test_change_form_leaves_answers_to_what_it_no_longer_asks(client, edition, asked):
    send(client, edition, **answers_to(asked))
    Question.objects.update(is_switched_on=False)
    registration = Registration.objects.get()

    client.post(url(registration, "edit/"), form_of(registration))

    assert kept() == kept_of_all(asked)


def test_page_shows_answers_with_the_day_they_go(client, edition, asked):
    send(client, edition, **answers_to(asked))

    page = client.get(url(Registration.objects.get())).content.decode()

    for words in (
        "Your answers",
        "Blue",
        "One line<br>and another",
        "Rice",
        "Monday, Friday",
        "Deleted on 20 June 2027",
    ):
        assert words in page
    assert "awaited" not in page


def test_language_switch_keeps_what_is_typed(client, edition, asked):
    page = client.post(
        f"/en/{edition.slug}/register/", {**ANSWERS, **answers_to(asked), "other-language": "en"}
    ).content.decode()

    assert 'value="Blue"' in page
    assert f'value="{option_of(asked["several"], "Friday").pk}" checked' in page
    assert Registration.objects.count() == 0


def test_notice_says_that_answers_go(client, edition, asked):
    page = client.get(f"/en/{edition.slug}/register/").content.decode()

    assert "goes on the day that is named beside it" in page


# In a group


@pytest.fixture
def of_a_group(edition, asked):
    """Somebody who waits in a group, whom the form of the group has asked nothing."""
    Question.objects.filter(pk=asked["text"].pk).update(is_required=True)
    edition.seat_pools.filter(mode="onsite").update(capacity=2)
    registered(edition)
    send_group(edition, 2)
    return members_of(edition, 2)[1]


def test_person_of_a_group_answers_on_their_own_page_while_they_wait(client, of_a_group, asked):
    page = client.get(url(of_a_group)).content.decode()
    form = client.get(url(of_a_group, "questions/")).content.decode()
    refused = client.post(url(of_a_group, "questions/"), {})
    response = client.post(url(of_a_group, "questions/"), answers_to(asked))

    assert "Your answers are awaited" in page
    assert "Nobody could answer for you when your group was registered." in form
    assert refused.status_code == 422
    assert (response.status_code, response["Location"]) == (303, url(of_a_group))
    assert kept() == kept_of_all(asked)
    after = client.get(url(of_a_group)).content.decode()
    assert "awaited" not in after
    assert 'data-status="waiting" ' in after
    assert 'data-position="2"' in after


def test_person_of_a_group_answers_on_the_form_to_change_as_well(client, of_a_group, asked):
    response = client.post(url(of_a_group, "edit/"), form_of(of_a_group, **answers_to(asked)))

    assert response.status_code == 303
    assert kept() == kept_of_all(asked)
    page = client.get(url(of_a_group)).content.decode()
    assert "awaited" not in page
    assert 'data-position="2"' in page


def test_form_of_a_group_says_that_each_is_asked(client, edition):
    Edition.objects.update(largest_group=2)
    target, words = f"/en/{edition.slug}/register/group/", "The organizers have some questions: each of you"

    before = client.get(target).content.decode()
    QuestionFactory(edition=edition)

    assert words not in before
    assert words in client.get(target).content.decode()
