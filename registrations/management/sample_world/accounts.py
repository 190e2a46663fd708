"""Staff of the sample: they have no password and come in by the links that the demo prints, or by a code in the mailbox."""

from allauth.account.models import EmailAddress

from programme.models import Edition, StaffRole
from symposium.accounts.demo import ADMINISTRATOR, DOOR_HELPER, EXPORTER, ORGANIZER
from symposium.accounts.models import User

STAFF = {
    ORGANIZER: ("Olga Organisatrice", StaffRole.Role.ORGANIZER),
    EXPORTER: ("Émile Exportateur", StaffRole.Role.EXPORTER),
    DOOR_HELPER: ("Dora Accueil", StaffRole.Role.DOOR),
}


def create_staff(sample: list[Edition], new: list[Edition]) -> int:
    """Create the accounts that are missing, with their roles in the whole sample; give the others those in what is new.

    :return: how many accounts were created.
    """
    created: int = _create_user(ADMINISTRATOR, "Ada Administratrice", is_superuser=True)
    for email, (name, role) in STAFF.items():
        is_new = _create_user(email, name, is_superuser=False)
        created += is_new
        user = User.objects.get(email=email)
        for edition in sample if is_new else new:
            StaffRole.objects.get_or_create(user=user, edition=edition, role=role)
    return created


def _create_user(email: str, name: str, *, is_superuser: bool) -> bool:
    if User.objects.filter(email=email).exists():
        return False
    user = User.objects.create_user(email, name=name, is_staff=email != DOOR_HELPER, is_superuser=is_superuser)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return True
