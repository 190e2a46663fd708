"""The questions that are asked on a page of their own, below the person's."""

from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from programme.models import Question
from registrations.forms import QuestionsForm, initial_answers
from registrations.models import Registration
from registrations.services import questions
from registrations.views.page import back_to_page, private
from symposium.lib.form_language import typed_values


@require_http_methods(["GET", "HEAD", "POST"])
@private
def answer_questions(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Whoever is asked nothing, or no more, goes to their page, which says how things stand."""
    asked = questions.asked_of(registration, timezone.now())
    if not asked:
        return back_to_page(registration)
    form = _form(request, registration, asked)
    if form.is_valid():
        try:
            questions.answer(registration=registration, replies=form.replies, at=timezone.now())
        except questions.QuestionsChanged:
            form = _form(request, registration, questions.asked_of(registration, timezone.now()))
            form.ask_again_as_changed()
        except questions.NotAsked:
            return back_to_page(registration)
        else:
            return back_to_page(registration)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {
        "registration": registration,
        "edition": registration.edition,
        "form": form,
        "are_of_the_form": questions.are_of_the_form(form.questions),
    }
    return render(request, "registrations/questions.html", context, status=status)


def _form(request: HttpRequest, registration: Registration, asked: Sequence[Question]) -> QuestionsForm:
    form = QuestionsForm(
        request.POST if request.method == "POST" else None,
        initial=initial_answers(questions.answers_of(registration)),
    )
    form.ask(asked)
    form.initial.update(typed_values(request, form.fields))
    return form
