"""What Rasa need not do again: each file spares one piece of work of a turn, with the results that Rasa has by itself.

In the serving task alone, and without touching Rasa's files. A version of a library that is not as expected is left
as it is: the turn is slower then, and nothing else.
"""


def install() -> None:
    """Put all of them in place; before the first model is loaded, and only where nobody trains."""
    from parlance_rasa.pace import counts, event_types, features, index_types, inference, quiet, trackers

    for part in (index_types, features, counts, inference, trackers, event_types, quiet):
        part.install()
