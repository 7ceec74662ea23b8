"""Products with their prices as CSV: out for a spreadsheet, and in again, checked cell by cell."""

from catalog.csv.export import exported
from catalog.csv.operation import ImportConflictError, Mode, import_products
from catalog.csv.report import CellError, Report, errors_as_csv

__all__ = ["CellError", "ImportConflictError", "Mode", "Report", "errors_as_csv", "exported", "import_products"]
