"""Open screens are told what changed: those who may see it, and nobody who may not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from functions.live.app import handler
from parlance.adapters import aws, connections, share_link, sockets
from parlance.domain.jobs import Job
from parlance.domain.live import Added, Changes, changes_of
from parlance.services import job_news, live
from parlance.services.live_audience import audience
from parlance.settings import settings
from tests.support import events as rasa
from tests.support.api import Client
from tests.support.events import NOON


class Gateway:
    """API Gateway's connections: what each got, and which were closed."""

    def __init__(self):
        self.frames, self.closed, self.gone = {}, [], set()

    def push(self, connection, frame):
        self.frames.setdefault(connection, []).append(json.loads(frame))
        return connection not in self.gone

    def named(self, connection):
        return [frame["name"] for frame in self.frames.get(connection, [])]

    def latest(self, connection, name):
        return [frame["data"] for frame in self.frames[connection] if frame["name"] == name][-1]


@pytest.fixture
def gateway(installation, monkeypatch):
    """The installation with a table of connections; functions that are set off run at once."""
    made, table = Gateway(), f"live-{uuid4().hex}"
    keys = {"pk": "HASH", "connection": "RANGE"}
    aws.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    monkeypatch.setenv("LIVE_TABLE", table)
    monkeypatch.setenv("LIVE_FUNCTION", "live")
    settings.cache_clear()
    live._anybody.cache_clear()
    monkeypatch.setattr(live, "QUIET", 1e-6)
    monkeypatch.setattr(sockets, "push", made.push)
    monkeypatch.setattr(sockets, "hang_up", made.closed.append)
    monkeypatch.setattr(sockets, "set_off", lambda changes: handler({"changes": changes}, None))
    return made


def frame(connection, body, route="$default"):
    text = body if isinstance(body, str) else json.dumps(body)
    return handler({"requestContext": {"routeKey": route, "connectionId": connection}, "body": text}, None)


def connect(connection, client):
    frame(connection, "", "$connect")
    frame(connection, {"Authorization": f"Bearer {client.token}"})


def test_new_events_are_told_with_counts_and_without_texts(gateway, admin):
    connect("c1", admin)

    rasa.store(rasa.greeting("web-1", NOON))

    assert gateway.named("c1") == ["connected", "message_sent", "inbox_changed"]
    (told,) = gateway.latest("c1", "message_sent")["conversations"]
    assert (told["sender_id"], told["n_user_messages"], told["review_status"]) == ("web-1", 1, "unread")
    assert gateway.latest("c1", "inbox_changed") == {"count": 1}
    assert "hello" not in json.dumps(gateway.frames)
    assert gateway.frames["c1"][1].keys() == {"topic", "name", "data", "scopes", "recipient_id"}


def test_everybody_learns_only_what_they_may_see(gateway, admin, annotator, tester, installation):
    for name, client in (("admin", admin), ("annotator", annotator), ("tester", tester)):
        connect(name, client)
    rasa.store(rasa.greeting("tess", NOON), rasa.greeting("foreign", NOON + 10))

    def names(who):
        return {one["sender_id"] for one in gateway.latest(who, "message_sent")["conversations"]}

    assert names("admin") == {"tess", "foreign"}
    assert names("tester") == {"tess"}
    assert gateway.named("annotator") == ["connected", "inbox_changed"]
    assert "inbox_changed" not in gateway.named("tester")


def test_calls_of_the_api_are_told_too(gateway, admin):
    rasa.store(rasa.greeting("web-1", NOON))
    connect("c1", admin)

    admin.put("/conversations/web-1/reviewStatus", {"review_status": "reviewed"})
    admin.post("/projects/default/training_examples", {"text": "hello", "intent": "greet"})

    assert gateway.latest("c1", "message_sent")["conversations"][0]["review_status"] == "reviewed"
    assert gateway.latest("c1", "inbox_changed") == {"count": 0}


@pytest.mark.parametrize("token", ["", "Bearer x.y.z", "Bearer "])
def test_who_proves_nothing_is_refused_and_hung_up_on(gateway, token):
    frame("c1", {"Authorization": token})

    assert gateway.named("c1") == ["refused"]
    assert gateway.closed == ["c1"]
    assert connections.listeners() == []


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no json", '{"Authorization": 5}'])
def test_any_other_frame_only_keeps_the_connection_open(gateway, text):
    assert frame("c1", text) == {"statusCode": 200}
    assert gateway.frames == {}


def test_a_session_that_ended_is_told_nothing_more(gateway, admin):
    connect("c1", admin)
    admin.delete("/user/sessions")

    rasa.store(rasa.greeting("web-1", NOON))

    assert gateway.named("c1") == ["connected"]
    assert gateway.closed == ["c1"]
    assert connections.listeners() == []


def test_a_guest_hears_of_the_one_conversation_until_the_link_is_revoked(gateway, admin):
    link = admin.put("/chatToken", {"bot_name": "Bot", "description": ""}).json["chat_token"]
    came = [Client().post("/auth/jwt", {"chat_token": link}).json for _ in range(2)]
    for number, guest in enumerate(came):
        connect(f"g{number}", Client(guest["access_token"]))

    rasa.store(rasa.greeting(came[0]["conversation_id"], NOON), rasa.greeting("web-1", NOON))

    (told,) = gateway.latest("g0", "message_sent")["conversations"]
    assert (told["sender_id"], told["n_user_messages"]) == (came[0]["conversation_id"], 1)
    assert gateway.named("g1") == ["connected"]
    admin.delete("/chatToken")
    assert sorted(gateway.closed) == ["g0", "g1"]
    rasa.store(rasa.greeting(came[1]["conversation_id"], NOON))
    assert gateway.named("g1") == ["connected"]


def test_the_link_of_all_guests_is_looked_up_once(gateway, admin, monkeypatch):
    link = admin.put("/chatToken", {"bot_name": "Bot", "description": ""}).json["chat_token"]
    for number in range(3):
        connect(f"g{number}", Client(Client().post("/auth/jwt", {"chat_token": link}).json["access_token"]))
    asked, is_live = [], share_link.is_live
    monkeypatch.setattr(share_link, "is_live", lambda one: asked.append(one) or is_live(one))

    told = [listener.connection for listener, _ in audience(connections.listeners())]

    assert (sorted(told), len(asked)) == (["g0", "g1", "g2"], 1)


def test_who_is_gone_is_forgotten(gateway, admin):
    connect("c1", admin)
    connect("c2", admin)
    gateway.gone.add("c1")
    rasa.store(rasa.greeting("web-1", NOON))
    frame("c2", "", "$disconnect")

    assert connections.listeners() == []


def test_a_connection_counts_until_its_token_expires(gateway, admin):
    connect("c1", admin)
    (listener,) = connections.listeners()

    connections.admit(listener, expires_at=1)

    assert connections.listeners() == []


def test_nobody_listening_costs_one_question_and_sets_nothing_off(gateway, monkeypatch):
    monkeypatch.setattr(sockets, "set_off", lambda _changes: pytest.fail("somebody was told"))

    rasa.store(rasa.greeting("web-1", NOON))


def test_what_goes_wrong_never_fails_what_happened(gateway, admin, monkeypatch, capsys):
    connect("c1", admin)

    def broken(_changes):
        raise OSError("no network")

    monkeypatch.setattr(sockets, "set_off", broken)
    rasa.store(rasa.greeting("web-1", NOON))

    assert admin.put("/conversations/web-1/reviewStatus", {"review_status": "reviewed"}).status == 204
    assert '"event":"live_missed","error":"OSError"' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("scope", "path", "told"),
    [
        ("models.tags:update", {}, {"models"}),
        ("models:delete", {}, {"models"}),
        ("models.jobs:create", {}, {"jobs"}),
        ("examples:create", {}, {"inbox"}),
        ("messageIntents:update", {"sender_id": "a"}, {"inbox", "conversations"}),
        ("users:create", {}, set()),
    ],
)
def test_a_call_tells_what_it_may_have_changed(scope, path, told):
    changes = changes_of(scope, path)

    assert {name for name in ("conversations", "jobs", "models", "inbox") if getattr(changes, name)} == told


@pytest.mark.parametrize(
    ("scope", "path", "answer", "added", "promoted"),
    [
        ("models:create", {}, {"model": "m-1", "hash": "x"}, ["m-1"], None),
        ("models:create", {"upload": "u"}, {"upload": "u", "url": "x"}, [], None),
        ("models.tags:update", {"model": "m-1", "tag": "production"}, None, [], "m-1"),
        ("models.tags:update", {"model": "m-1", "tag": "staging"}, None, [], None),
        ("models.tags:update", {"tag": "production"}, {"model": "m-0"}, [], "m-0"),
        ("models.tags:delete", {"model": "m-1", "tag": "production"}, None, [], None),
    ],
)
def test_a_call_names_the_model_that_it_added_or_promoted(scope, path, answer, added, promoted):
    changes = changes_of(scope, path, answer)

    assert ([one.model_name for one in changes.added], changes.promoted) == (added, promoted)


def test_models_and_pushes_are_told_by_the_contracts_frames(gateway, admin, tester):
    for name, client in (("admin", admin), ("tester", tester)):
        connect(name, client)
    added = (Added(method="trained", model_name="m-1"),)

    live.announce(Changes(models=True, added=added, promoted="m-1", pushed="main"))

    told = [(one["topic"], one["name"], one["data"], one["recipient_id"]) for one in gateway.frames["admin"][1:]]
    assert sorted(told, key=str) == [
        ("ivc", "changes_pushed", {"branch": "main"}, "ALL"),
        ("models", "model_added", {"method": "trained", "model_name": "m-1"}, "ALL"),
        ("models", "model_changed", {}, "ALL"),
        ("models", "model_promoted", {"model_name": "m-1"}, "ALL"),
    ]
    assert set(gateway.named("tester")) == {"connected", "model_added", "model_promoted", "model_changed"}


@pytest.mark.parametrize(
    ("job", "told"),
    [
        ({"kind": "train", "model": "m-1"}, Changes(models=True, added=(Added(method="trained", model_name="m-1"),))),
        ({"kind": "git", "orders": {"action": "commit", "branch": "main"}}, Changes(pushed="main")),
        ({"kind": "git", "orders": {"action": "sync"}}, Changes()),
        ({"kind": "parse", "orders": {"texts": []}}, Changes()),
        ({"kind": "train", "model": "m-1", "state": "failed"}, None),
    ],
)
def test_a_job_that_succeeded_tells_what_it_brought(installation, monkeypatch, job, told):
    said = []
    monkeypatch.setattr(live, "announce", said.append)

    job_news.tell(Job(id="j", created_at=datetime.now(UTC), **{"state": "succeeded", **job}))

    assert said == ([told] if told is not None else [])
