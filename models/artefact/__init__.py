"""A model as a file that is safe to load: text and JSON under a signed manifest.

Packed by `packing.pack`, opened by `opening.open_artefact`. The same parts give the same bytes.
"""
