"""Who may do what: one table, as data. `service/access.py` reads it."""
