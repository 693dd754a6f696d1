"""A model is loaded for the first time in a process that may die of it."""
