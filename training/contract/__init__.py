"""The data contract: what each column is, when it was known, and what is refused."""
