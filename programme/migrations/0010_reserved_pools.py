from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def reserve_none_yet(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """So that their organizers find where to say how many."""
    pools = apps.get_model("programme", "SeatPool").objects
    editions = pools.filter(mode="onsite").values_list("edition_id", flat=True)
    pools.bulk_create(pools.model(edition_id=edition, mode="reserved", capacity=0) for edition in editions)


def forget_reserved(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("programme", "SeatPool").objects.filter(mode="reserved").delete()


class Migration(migrations.Migration):
    dependencies = [("programme", "0009_reserved_seats")]

    operations = [migrations.RunPython(reserve_none_yet, forget_reserved)]
