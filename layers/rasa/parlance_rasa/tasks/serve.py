"""The command of the Rasa production container: `python -m parlance_rasa.tasks.serve`."""

import asyncio
import functools
import logging
import os
import sys
from typing import Any

from parlance_rasa.errors import PartMissingError
from parlance_rasa.tasks.environment import MissingSettingsError, Serving, fill_in


def main() -> int:
    """Serve until stopped; a start that cannot succeed ends with one sentence and code 2."""
    try:
        settings = Serving.from_env(os.environ)
        fill_in(os.environ)  # type: ignore[arg-type]
        endpoints = _prepare(settings)
        _serve(settings, endpoints)
    except (MissingSettingsError, PartMissingError) as error:
        sys.stderr.write("Rasa does not start. %s\n" % error)
        return 2
    return 0


def _prepare(settings: Serving) -> Any:
    """Set Rasa up as its own command line does, and check the parts before any model is loaded."""
    import rasa.utils.io
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.exceptions import RasaException
    from rasa.utils import common, log_utils

    from parlance_rasa.tasks import startup

    common.configure_logging_and_warnings()
    rasa.utils.io.configure_colored_logging(None)
    log_utils.configure_structlog()
    common.update_sanic_log_level()
    logging.getLogger("botocore").setLevel(logging.WARNING)
    sys.path.insert(1, os.getcwd())  # the assistant's own components
    startup.check_port(settings.bind, settings.port)
    try:
        endpoints = AvailableEndpoints.read_endpoints(settings.endpoints)
    except RasaException as error:
        raise PartMissingError("%s cannot be read: %s" % (settings.endpoints, error)) from error
    asyncio.run(startup.check(endpoints))
    return endpoints


def _serve(settings: Serving, endpoints: Any) -> None:
    from rasa.core import run
    from rasa.utils.tensorflow import environment

    from parlance_rasa import pace
    from parlance_rasa.rollout import in_order
    from parlance_rasa.rollout.canary import Canary
    from parlance_rasa.rollout.keep import Keep
    from parlance_rasa.rollout.rollout import RollOut, install
    from parlance_rasa.tasks import interleave
    from parlance_rasa.tasks.answers import make_honest

    in_order.install()
    interleave.install()
    canary = Canary()
    install_answers(canary)
    install(RollOut(Keep(settings.kept_models), settings.environment, canary.learn))
    environment.setup_tf_environment()
    pace.install()
    channels = run.create_http_input_channels(None, settings.credentials)
    app = run.configure_app(channels, settings.cors, settings.token, port=settings.port, endpoints=endpoints)
    app.register_listener(make_honest, "before_server_start")
    app.register_listener(functools.partial(run.load_agent_on_start, None, endpoints, None), "before_server_start")
    app.register_listener(run.close_resources, "after_server_stop")
    app.run(host=settings.bind, port=settings.port, workers=1, access_log=False)


def install_answers(canary: Any) -> None:
    """Stand before the agent, innermost first: a canary answers without our model; its failures are told as ours."""
    from parlance_rasa.tasks import spoken

    spoken.tell_without_model()
    canary.install()
    spoken.tell_failures()


if __name__ == "__main__":
    sys.exit(main())
