"""Which texts exist in French and in English."""

from modeltranslation.translator import TranslationOptions, register

from programme.models import (
    AccessibilityAudit,
    AccessibilityPlan,
    Appearance,
    Document,
    Edition,
    Figure,
    LegalNotice,
    Organisation,
    Person,
    Question,
    QuestionOption,
    Session,
)


@register(Edition)
class EditionTranslation(TranslationOptions):
    fields = (
        "title", "lead", "venue", "address", "city", "access_information", "joining_instructions", "signatory_function", "organizer_address",
        "survey_url",
    )  # fmt: skip


@register(Session)
class SessionTranslation(TranslationOptions):
    fields = ("title", "summary", "room", "note")


@register(Person)
class PersonTranslation(TranslationOptions):
    fields = ("affiliation", "biography")


@register(Appearance)
class AppearanceTranslation(TranslationOptions):
    fields = ("affiliation",)


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("name", "about")


@register(Document)
class DocumentTranslation(TranslationOptions):
    fields = ("title", "url")


@register(Figure)
class FigureTranslation(TranslationOptions):
    fields = ("source_label",)


@register(AccessibilityAudit)
class AccessibilityAuditTranslation(TranslationOptions):
    fields = (
        "auditor", "method", "non_compliances", "derogations", "out_of_scope", "technologies", "environments", "tools",
        "pages",
    )  # fmt: skip


@register(AccessibilityPlan)
class AccessibilityPlanTranslation(TranslationOptions):
    fields = ("title", "url")


@register(LegalNotice)
class LegalNoticeTranslation(TranslationOptions):
    fields = ("controller",)


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ("title", "help_text", "purpose")
    required_languages = ("fr", "en")


@register(QuestionOption)
class QuestionOptionTranslation(TranslationOptions):
    fields = ("label",)
    required_languages = ("fr", "en")
