"""Files of products for tests, taken in by a user of their own."""

from django.contrib.auth.models import User

from catalog.csv import Mode, Report, import_products

NEW = "sku,name,brand,category,regular_amount\nJAM-NEW,Fig jam,Orchard 1,jams,5.00\n"


def take(file: str | bytes, mode: Mode = Mode.ALL) -> Report:
    """What the shop makes of the file; a text is one in UTF-8."""
    keeper, _ = User.objects.get_or_create(username="csv keeper")
    return import_products(data=file if isinstance(file, bytes) else file.encode(), mode=mode, user_id=keeper.pk)


def counts(report: Report) -> tuple[int, int, int, int]:
    """Created, changed, unchanged, broken."""
    return report.created, report.changed, report.unchanged, report.broken
