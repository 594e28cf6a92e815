"""`make smoke`: proves on the running system that what is said arrives, is understood, and outlives restarts."""

from __future__ import annotations

import os
import statistics
import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from infra.local.api import Api
from infra.local.assistant import administrator, local_url
from infra.local.deployed import deployed
from infra.local.display import Steps, console
from infra.local.failure import RunnerError
from infra.local.folder import folder_of
from infra.local.parts import parts
from infra.local.phrases import Phrase, phrases_of
from infra.local.processes import is_running
from infra.local.rasa import wait_for_rasa
from infra.local.socketio import reply_to
from infra.local.status import current_status

if TYPE_CHECKING:
    from infra.local.deployed import Deployed
    from infra.local.settings import Settings

CONVERSATIONS, MESSAGES = 5, 20
PATIENCE = 60.0
RESTARTED = ("front-door", "emulator", "postgres")


class Said(msgspec.Struct, frozen=True):
    """One message, the intent that it must have, whether the bot answered, and how long it took to be seen."""

    sender: str
    phrase: Phrase
    is_answered: bool
    seconds: float


def run(settings: Settings) -> int:
    """Talk, look, restart, look again; prints the delay from message to sight. Raises RunnerError at a fault."""
    found = deployed(folder_of(settings))
    if current_status(folder_of(settings)) is None or found is None:
        raise RunnerError("Parlance is not running: `make up DETACH=1` starts it.")
    steps, api = Steps(), administrator(settings, found)
    with steps.step(f"{MESSAGES} messages in {CONVERSATIONS} conversations") as step:
        said = talk(settings, api, step.at)
    with steps.step("A reply over socket.io"):
        chat_over_socketio(settings, said)
    with steps.step("Restart of the workbench's parts") as step:
        for name in RESTARTED:
            step.note(name)
            restart(settings, name)
    with steps.step("Everything is still there") as step:
        wait_for_rasa(settings, found, step.note)
        check_all(settings, found, said)
    report([one.seconds for one in said])
    return 0


def talk(settings: Settings, api: Api, show: Any) -> list[Said]:
    """Say each phrase and wait until the workbench shows it, understood as it should be."""
    senders = [f"smoke-{uuid.uuid4().hex[:8]}" for _ in range(CONVERSATIONS)]
    said: list[Said] = []
    for number, phrase in enumerate(phrases_of(api, MESSAGES)):
        sender = senders[number % CONVERSATIONS]
        show(number / MESSAGES, phrase.text)
        said.append(say(settings, api, sender, (phrase, number // CONVERSATIONS)))
    return said


def say(settings: Settings, api: Api, sender: str, what: tuple[Phrase, int]) -> Said:
    """Send one message through the front door and wait until the workbench shows it, understood as it should be."""
    phrase, position = what
    began, body = time.monotonic(), {"sender": sender, "message": phrase.text}
    replies = Api(local_url(settings)).call("POST", "/webhooks/rest/webhook", body)
    while time.monotonic() - began < PATIENCE:
        seen = heard(api, sender)
        if len(seen) > position:
            expect(seen[position], phrase)
            return Said(sender, phrase, bool(replies), time.monotonic() - began)
        time.sleep(0.05)
    raise RunnerError(f"`{phrase.text}` was sent, but the workbench did not show it within {PATIENCE:.0f} s.")


def chat_over_socketio(settings: Settings, said: list[Said]) -> None:
    """Say over socket.io what the bot answers over REST; raises RunnerError when nothing comes."""
    answered = next((one.phrase.text for one in said if one.is_answered), None)
    if answered is None:
        raise RunnerError("The bot answered none of the messages: see serve.log and actions.log (`make logs`).")
    reply_to(local_url(settings), f"smoke-{uuid.uuid4().hex[:8]}", answered)


def heard(api: Api, sender: str) -> list[Phrase]:
    """Return the user's messages of a conversation as the workbench shows them; none while it knows none."""
    try:
        events = api.call("GET", f"/api/conversations/{sender}")["events"]
    except RunnerError:
        return []
    users = [event for event in events if event["event"] == "user"]
    return [Phrase(event["text"], event["parse_data"]["intent"]["name"]) for event in users]


def expect(seen: Phrase, phrase: Phrase) -> None:
    """Raise RunnerError when a message was not understood as it should be."""
    if seen != phrase:
        raise RunnerError(
            f"`{phrase.text}` should be `{phrase.intent}`; the workbench shows `{seen.text}`: {seen.intent}."
        )


def restart(settings: Settings, name: str) -> None:
    """End a part as the supervisor would; the supervisor starts it again. Waits until it runs."""
    folder = folder_of(settings)
    status, part = current_status(folder), next(one for one in parts(settings) if one.name == name)
    before = status.parts[name].process if status else None
    if before is None:
        raise RunnerError(f"{part.title} does not run: `make status` tells why.")
    with suppress(ProcessLookupError):
        os.kill(before.pid, part.stop_signal)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        now = current_status(folder)
        if now and not is_running(before) and now.parts[name].state == "running" and part.is_ready():
            return
        time.sleep(0.1)
    raise RunnerError(f"{part.title} did not come back within {PATIENCE:.0f} s: see its log in {folder.logs}.")


def check_all(settings: Settings, found: Deployed, said: list[Said]) -> None:
    """Raise RunnerError unless every conversation holds exactly what was said, and a new message still arrives."""
    api = administrator(settings, found)
    for sender in dict.fromkeys(one.sender for one in said):
        expected = [one.phrase for one in said if one.sender == sender]
        if heard(api, sender) != expected:
            raise RunnerError(f"After the restart {sender} shows {heard(api, sender)} instead of {expected}.")
    say(settings, api, f"smoke-{uuid.uuid4().hex[:8]}", (said[0].phrase, 0))


def report(seconds: list[float]) -> None:
    """Print the delays."""
    p50, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20, method="inclusive")[18]
    console.print(f"\n  message -> visible p50/p95 seconds: [bold]{p50:.2f} / {p95:.2f}[/] ({len(seconds)} messages)\n")
