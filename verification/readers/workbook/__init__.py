"""Workbooks (ECMA-376 part 1, 18) by our own streaming reader; nothing is computed here."""

from __future__ import annotations

from verification.readers.workbook.reading import read
from verification.readers.workbook.values import Book, BookError, Cell, DefinedName, Sheet

__all__ = ["Book", "BookError", "Cell", "DefinedName", "Sheet", "read"]
