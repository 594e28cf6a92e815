"""What goes wrong inside Rasa, named."""


class TurnFailed(BaseException):
    """The turn was not saved (or its conversation could not be read), and the caller must see it.

    It is no `Exception` on purpose. Rasa's agent wraps every tracker store in a `FailSafeTrackerStore` that catches
    `Exception`, falls back to memory and reports success, and its REST channel catches `Exception` and answers 200.
    `parlance_rasa.tasks.answers` turns it into an HTTP 503.
    """


class PartMissingError(Exception):
    """A configured part of Rasa did not load; the message is one sentence that says what to do."""


def reason(error: BaseException) -> str:
    """Return an error's type and first line; never a statement's parameters, which are people's words."""
    return "%s: %s" % (type(error).__name__, (str(error).splitlines() or [""])[0])
