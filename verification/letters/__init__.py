"""What an approval letter says: to whom, about what, who signs it and when, and what it decides."""
