"""What Rasa need not do again: each file spares one piece of work of a turn, with the results that Rasa has by itself.

In the serving task alone, and without touching Rasa's files. A version of a library that is not as expected is left
as it is: the turn is slower then, and nothing else.
"""

import logging
from importlib import import_module

import rasa

logger = logging.getLogger(__name__)

KNOWN = "3.6."
"""The Rasa whose results these were compared with."""
PARTS = ("index_types", "features", "counts", "inference", "trackers", "event_types", "quiet")


def install() -> None:
    """Put all of them in place; before the first model is loaded, and only where nobody trains."""
    for name in PARTS if rasa.__version__.startswith(KNOWN) else ():
        try:
            import_module("%s.%s" % (__name__, name)).install()
        except (ImportError, AttributeError) as error:  # the inside of another version of a library
            logger.info("Rasa does without %s.%s: %s", __name__, name, error)
