"""What brought it about: dated evidence and fallen cells ranked in one table."""
