"""The demo's files: one module a kind of deliverable, each written by a real library."""
