"""The outside world: PostgreSQL, AWS, Rasa."""
