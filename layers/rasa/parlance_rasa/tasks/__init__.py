"""Commands of the containers that Rasa runs in."""
