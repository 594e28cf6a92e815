"""Bridges from a stock Rasa's event broker into Parlance's queue."""
