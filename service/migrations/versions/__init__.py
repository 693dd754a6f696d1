"""One file a change of the schema; what is written here is never edited again."""
