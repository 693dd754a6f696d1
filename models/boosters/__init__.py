"""Gradient boosted trees as LightGBM writes them: read, checked, evaluated.

LightGBM's own reader trusts its text: a changed child index ends the process, a changed leaf
changes pay. So the text is read here first, to the last byte (`reading`, `sense`, `monotone`);
only then is it handed to LightGBM (`library`), or evaluated without it (`evaluation`).
"""
