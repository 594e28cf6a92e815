"""What Parlance runs inside Rasa Open Source. Nothing is imported eagerly: Rasa loads each part by its dotted name."""
