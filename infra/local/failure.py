"""The runner's one error: a sentence for the person at the terminal."""

from __future__ import annotations


class RunnerError(Exception):
    """Something that the person at the terminal can put right; the text is one sentence that says what to do."""
