"""What is added to a conversation while it is erased goes with it."""

from __future__ import annotations

import threading
import time

import pytest

from parlance.adapters import annotations
from parlance.domain.identity import Principal
from parlance.services.erasure import erase
from tests.support import events as rasa
from tests.support.events import NOON

ADA = Principal(username="ada", roles=("admin",))
SAID = f"/conversations/anna/messages/{NOON + 1!r}"
CALLS = {
    "flag": ("PUT", f"{SAID}/flag", None),
    "correct": ("PUT", f"{SAID}/intent", {"intent": "bye"}),
    "assign": ("POST", "/conversations/anna/tags", [{"value": "odd", "color": "ff0000"}]),
}
LEFT = ("message_flags", "message_corrections", "conversation_tags", "annotated_texts", "training_texts")


@pytest.mark.parametrize("adds", CALLS)
def test_nothing_outlives_the_conversation_that_it_was_added_to(admin, installation, monkeypatch, adds):
    rasa.store(rasa.turn("anna", 1, [*rasa.session(NOON), rasa.user("my name is Anna", "greet", NOON + 1)]))
    eraser = threading.Thread(target=erase, args=(ADA, "anna"))
    real = getattr(annotations, adds)

    def after_the_erasure_began(*given):
        eraser.start()
        await_end_or_turn(eraser, installation)
        return real(*given)

    monkeypatch.setattr(annotations, adds, after_the_erasure_began)
    method, path, body = CALLS[adds]
    status = admin.send(method, path, json=body).status
    eraser.join(120)

    assert status in {200, 201}
    assert {table: installation.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in LEFT} == dict.fromkeys(
        LEFT, 0
    )
    assert admin.get("/conversations/anna").status == 404
    assert admin.get("/projects/default/training_examples").json == []


def await_end_or_turn(thread, installation):
    """Return when the thread has ended, or waits for a lock of the database."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    deadline = time.monotonic() + 120
    while thread.is_alive() and not installation.rows(waiting):
        assert time.monotonic() < deadline, "it neither ended nor waited"
        time.sleep(0.02)


def test_who_comes_after_the_erasure_finds_nothing(admin, installation):
    rasa.store(rasa.turn("anna", 1, [*rasa.session(NOON), rasa.user("my name is Anna", "greet", NOON + 1)]))
    erase(ADA, "anna")

    assert {admin.send(method, path, json=body).status for method, path, body in CALLS.values()} == {404}
