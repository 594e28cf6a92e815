"""How a running Rasa takes up a new model: fetched and loaded beside the event loop, swapped in one step."""
