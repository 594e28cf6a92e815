"""The runner's one error: a sentence for the person at the terminal."""

from __future__ import annotations


class RunnerError(Exception):
    """Something that the person at the terminal can put right; the text is one sentence that says what to do."""


def foreign_errors() -> tuple[type[Exception], ...]:
    """Return the errors of the machine, the database and the emulator that one sentence can say."""
    import pg8000.exceptions
    from botocore.exceptions import BotoCoreError, ClientError

    return (OSError, UnicodeError, pg8000.exceptions.Error, BotoCoreError, ClientError)


def in_words(error: BaseException) -> str:
    """Return what a foreign error says, on one line, with the file that it is about."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    text = error.args[0].get("M") if error.args and isinstance(error.args[0], dict) else str(error)
    return " ".join(str(text).split()) or type(error).__name__
