"""Spreadsheets with openpyxl (Debian: python3-openpyxl), one workbook for each call in the pack's own folder."""
import os
import re

from openpyxl import Workbook
from openpyxl.styles import Font

from sojourn_plugin import serve

FOLDER = os.environ["SOJOURN_DATA"]


def safe(text):
    """A name for a file: letters, digits and hyphens, whatever was asked for."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", text).strip("-")[:80] or "report"


def fill(cell, value):
    """Puts a value into a cell; a text stays a text, also one that looks like a formula."""
    cell.value = value if isinstance(value, (int, float, bool)) or value is None else str(value)
    if isinstance(cell.value, str):
        cell.data_type = "s"


def write(call):
    asked = call["input"]
    rows = asked.get("rows", [])
    name = f"{safe(call['case'])}-{safe(asked['name'])}-{call['key'][:8]}.xlsx"
    if call["dry_run"]:
        return {"path": name, "rows": len(rows)}
    book = Workbook()
    sheet = book.active
    sheet.title = safe(asked["name"])[:31]
    for column, title in enumerate(asked["columns"], start=1):
        cell = sheet.cell(row=1, column=column)
        fill(cell, title)
        cell.font = Font(bold=True)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            fill(sheet.cell(row=number, column=column), value)
    sheet.freeze_panes = "A2"
    # Put in place whole: the same key writes the same file again.
    part = os.path.join(FOLDER, ".part-" + name)
    book.save(part)
    os.replace(part, os.path.join(FOLDER, name))
    return {"path": name, "rows": len(rows)}


serve({"report.write": write})
