"""The form of an organisation, with its logo."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from programme.models import Logo, Organisation
from programme.services import logos

REFUSALS = {
    logos.TooHeavy: _("This file is too large: 2 MB at most."),
    logos.IsDrawing: _("SVG files can hold programs and are not taken. Save the logo as PNG, on a transparent ground."),
    logos.NotAPicture: _("This is no picture that can be read: send a PNG, a JPEG or a WebP file."),
    logos.WrongSize: _("A logo has at least 16 and at most 4,000 pixels on each side."),
    logos.IsEmpty: _("This picture is all of one colour: there is no logo on it."),
}
ACCEPTED = "image/png,image/jpeg,image/webp"


class LogoField(forms.FileField):
    """An upload that becomes a ``Picture``."""

    def clean(self, data: Any, initial: Any = None) -> logos.Picture | None:
        upload: UploadedFile[Any] | None = super().clean(data, initial)
        if not upload:
            return None
        try:
            if (upload.size or 0) > logos.MOST_BYTES:  # before it is read into memory
                raise logos.TooHeavy
            return logos.prepare(upload.read())
        except logos.LogoRefused as error:
            raise forms.ValidationError(REFUSALS[type(error)]) from error


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    logo_light = LogoField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_(
            "PNG, JPEG or WebP, 2 MB at most, best on a transparent ground. Only the pixels are kept. Without a logo the "
            "name stands in its place."
        ),
    )
    logo_dark = LogoField(
        label=_("Logo for dark pages"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_("Optional. Without it the logo stands on a light plate where a reader prefers dark pages."),
    )
    removes_logos = forms.BooleanField(label=_("Remove the logos"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for logo in Logo.objects.without_content().filter(organisation=self.instance.pk):
            field = self.fields[f"logo_{logo.variant}"]
            field.help_text = format_html("{} {}", field.help_text, _picture(logo))

    def keep_logos(self, organisation: Organisation) -> None:
        for variant in Logo.Variant.values:
            picture = self.cleaned_data[f"logo_{variant}"]
            if picture is not None:
                logos.keep(organisation=organisation, variant=variant, picture=picture)
            elif self.cleaned_data["removes_logos"]:
                logos.remove(organisation=organisation, variant=variant)


def _picture(logo: Logo) -> SafeString:
    return format_html(
        '<img class="logo-now {}" src="{}" width="{}" height="{}" alt="{}">',
        logo.variant,
        logo.get_absolute_url(),
        logo.shown_width,
        logo.shown_height,
        _("The logo that is shown now"),
    )
