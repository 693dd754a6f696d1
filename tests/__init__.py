"""The specification: mirrors the rooms, and tells the seed's stories in acceptance/."""
