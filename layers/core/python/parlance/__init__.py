"""Parlance: the open, serverless workbench for Rasa Open Source assistants."""
