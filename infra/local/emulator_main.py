"""Runs MiniStack with what a home needs besides: state saved as it goes, gaps of its ECS and its queues closed."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
import uuid
from functools import partial
from pathlib import Path
from typing import Any

from infra.local.emulator import answers_ok
from infra.local.whole_batches import give_whole_batches

SECONDS_BETWEEN_SAVES = 60.0


def main() -> None:
    """Run the emulator until it is told to end; SIGUSR1 asks for a save at once."""
    os.umask(0o077)  # its state has every secret
    make_room(Path(os.environ["TMPDIR"]))
    wake = threading.Event()
    signal.signal(signal.SIGUSR1, lambda *_: wake.set())
    import ministack.app  # type: ignore[import-untyped]
    import ministack.services.eventbridge as events  # type: ignore[import-untyped]
    import ministack.services.sqs as queues  # type: ignore[import-untyped]
    from ministack.services.cloudformation import provisioners  # type: ignore[import-untyped]

    let_the_agent_speak_for_ecs(events)
    keep_secrets_of_task_definitions(provisioners)
    give_whole_batches(queues)
    threading.Thread(target=save_for_ever, args=(ministack.app, wake), daemon=True, name="saver").start()
    sys.argv = ["ministack"]
    ministack.app.main()


def make_room(temporary: Path) -> None:
    """Start with an empty folder for unpacked functions: a killed emulator leaves its own behind, 50 MB each.

    They are deleted beside the start, not before it: there may be thousands of files.
    """
    for old in temporary.parent.glob(f"{temporary.name}*"):
        trash = old.rename(old.with_name(f"{temporary.name}-{uuid.uuid4().hex}"))
        threading.Thread(target=shutil.rmtree, args=(trash,), kwargs={"ignore_errors": True}, daemon=True).start()
    temporary.mkdir(parents=True)


def let_the_agent_speak_for_ecs(events: Any) -> None:
    """Accept events from `aws.*` sources: AWS itself sends those, MiniStack's ECS sends none, our agent does."""
    events._put_events = partial(events._put_events, allow_aws_source=True)  # noqa: SLF001 - there is no setting for it


def keep_secrets_of_task_definitions(provisioners: Any) -> None:
    """Spell secrets as ECS's API does: of a template's task definition they keep a spelling that no client reads."""
    original = provisioners._normalize_container_defs  # noqa: SLF001 - there is no other place to put it right

    def normalized(definitions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                **one,
                "secrets": [{key[:1].lower() + key[1:]: text for key, text in pair.items()} for pair in one["secrets"]],
            }
            if "secrets" in one
            else one
            for one in original(definitions)
        ]

    provisioners._normalize_container_defs = normalized  # noqa: SLF001


def wait_until_loaded() -> None:
    """Wait until the emulator answers: it has loaded its state then, and an earlier save would write an empty one."""
    while not answers_ok(f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}/_ministack/health"):
        time.sleep(0.5)


def save_for_ever(app: Any, wake: threading.Event) -> None:
    """Write the state every minute and when woken: MiniStack itself saves at shutdown only, so a crash lost all.

    Each file is replaced in one step, so a save that is cut short leaves the one before it.
    """
    wait_until_loaded()
    while True:
        wake.wait(SECONDS_BETWEEN_SAVES)
        wake.clear()
        app.save_all(app._build_persistence_save_dict())  # noqa: SLF001 - what MiniStack itself calls at shutdown


if __name__ == "__main__":
    main()
