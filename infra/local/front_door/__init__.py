"""The one address: web UI, API, Rasa and its channels behind one port of the loopback interface."""
