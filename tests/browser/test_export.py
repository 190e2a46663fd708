"""An organizer, in French, takes two columns of the confirmed along, and keeps the choice for the next time."""

from pathlib import Path

from playwright.sync_api import expect

from registrations.models import ColumnSet, Export
from tests.browser.test_journey import open_edition  # noqa: F401  # the same edition
from tests.browser.test_messages import organizer, people  # noqa: F401  # and the same people


def test_chosen_columns_are_exported_and_kept(organizer, people, open_edition):  # noqa: F811
    page = organizer.page
    organizer.open(f"/admin/programme/edition/{open_edition.pk}/dashboard/")
    page.get_by_role("main").get_by_role("link", name="Exporter…").click()
    boxes = page.locator("[name=columns]")
    for key in boxes.evaluate_all("boxes => boxes.map(box => box.value)"):
        page.locator(f"[name=columns][value={key}]").set_checked(key in {"given_name", "mode"})
    page.locator("[name=for_mode]").select_option(label="sur place")
    page.get_by_label("À quelle fin").fill("Badges")
    with page.expect_download() as download:
        page.get_by_role("button", name="Exporter", exact=True).click()

    assert Path(download.value.path()).read_text("utf-8-sig").splitlines() == [
        "prenom;mode",
        "Ada;presentiel",
        "Bea;presentiel",
        "Dora;presentiel",
    ]
    assert Export.objects.values_list("rows", "reason").get() == (3, "Badges")

    page.get_by_label("Nom de ce choix").fill("Badges")
    page.get_by_role("button", name="Garder ce choix").click()
    expect(page.get_by_role("link", name="Badges")).to_be_visible()
    assert ColumnSet.objects.get().columns == ["given_name", "mode"]
    assert organizer.complaints == []
