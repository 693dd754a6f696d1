"""Formulas of workbooks: read, and worked out as Excel does; what cannot be is said so."""
