"""The 168 calls of Rasa X as its users made them, by number: what is sent, and what comes back."""
