"""Lock stores for Rasa Open Source that exclude, in order: on DynamoDB, Redis and PostgreSQL, by one protocol."""
