"""What people and the system can do: one file a subject, each action one transaction."""
