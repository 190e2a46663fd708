from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistrationsConfig(AppConfig):
    name = "registrations"
    verbose_name = _("Registrations")

    def ready(self) -> None:
        # Here and not at the top: the letters need the models.
        from registrations.mails import (  # noqa: PLC0415
            addresses,
            assistants,
            exports,
            groups,
            letters,
            lost,
            messages,
            rehearsals,
            reports,
            survey,
        )

        addresses.register_kinds()
        assistants.register_kinds()
        exports.register_kinds()
        groups.register_kinds()
        letters.register_kinds()
        lost.register_kinds()
        messages.register_kinds()
        reports.register_kinds()
        survey.register_kinds()
        rehearsals.register_keeper()
