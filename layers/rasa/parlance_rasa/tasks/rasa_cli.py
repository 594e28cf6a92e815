"""Rasa's own command line with a head start: it imports before it is known what to do.

`python -m parlance_rasa.tasks.rasa_cli` reads a JSON list from standard input, then goes on as `python -m rasa LIST`.
"""

import json
import os
import sys


def main() -> int:
    """Do what Rasa's command line does; 0 without a word when nobody tells what that is."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # as Rasa sets it, too late for an import before its start
    import rasa.__main__
    import rasa.engine.recipes.default_components
    import rasa.model_training  # both for the sake of what they import

    told = sys.stdin.read()
    if not told:
        return 0
    sys.argv = ["rasa", *json.loads(told)]
    rasa.__main__.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
