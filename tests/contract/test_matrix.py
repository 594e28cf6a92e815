"""Every route, every role, objects of one's own and of others: made from the routes, so that none slips by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from parlance.adapters.sql import query
from parlance.domain.permissions import ROLES, scopes_of
from tests.contract.test_routes import GUARDED, ROUTES
from tests.support import events as rasa
from tests.support.events import NOON, greeting
from tests.support.installation import logged_in

if TYPE_CHECKING:
    from tests.support.api import Client
    from tests.support.database import Database

PEOPLE = sorted(set(ROLES) - {"guest"})
SHARED = {
    "action", "branch", "environment", "example", "goal", "intent", "job", "letter", "lookup", "message", "model",
    "name", "other", "part", "project", "regex", "repository", "response", "role", "rule", "story", "synonym", "tag",
    "tag_id", "test", "ticket", "timestamp", "upload", "value",
}  # fmt: skip
"""Names in paths that stand for what belongs to everybody with the permission."""
PERSONAL = {"sender_id": "conversations", "username": "accounts", "token": "API tokens", "filter_id": "filters"}
"""Names in paths that stand for what belongs to somebody."""
OPERATORS = {"GET /api/locks/{sender_id}", "DELETE /api/locks/{sender_id}/{ticket}"}
"""A conversation's lock says nothing of what was said: operators see all of them."""
CONVERSATIONS = [name for name in GUARDED if "{sender_id}" in name and name not in OPERATORS]
BODIES = {
    "intent": {"intent": "greet"},
    "messages": {"message": "hello"},
    "reviewStatus": {"review_status": "reviewed"},
    "tags": [{"value": "seen", "color": "00ff00"}],
    "execute": {"name": "action_listen"},
    "events": [{"event": "action", "name": "action_listen"}],
}
"""By the path's last word; every other conversation route takes `{}` or `[]`, or no body."""


def may(role: str, name: str) -> bool:
    return ROUTES[name].scope in scopes_of((role,))


def test_every_name_in_a_path_is_known_to_belong_to_all_or_to_somebody():
    names = {part for name in ROUTES for part in re.findall(r"{(\w+)}", name)}

    assert names <= SHARED | PERSONAL.keys(), "say whose it is: SHARED or PERSONAL"


def conversation(role: str, name: str, whose: str) -> str:
    return f"{role}-{CONVERSATIONS.index(name)}-{whose}"


@pytest.fixture(scope="module")
def everybody(shared_installation: Database) -> dict[str, Client]:
    """Somebody of each role; for each route a conversation of theirs and one of a stranger."""
    clients = {role: logged_in(f"matrix-{role}", role) for role in PEOPLE}
    places = [(role, name, whose) for role in PEOPLE for name in CONVERSATIONS for whose in ("own", "strange")]
    rasa.store(*(greeting(conversation(*place), NOON) for place in places))
    for role in PEOPLE:
        sql = "UPDATE conversations SET created_by = :who WHERE sender_id LIKE :names"
        query(sql, who=f"matrix-{role}", names=f"{role}-%-own")
        query(sql, who="a stranger", names=f"{role}-%-strange")
    return clients


def ask(client: Client, name: str, sender: str) -> int:
    method, path = name.split()
    told = rasa_events(sender)
    path = (
        path.removeprefix("/api").replace("{sender_id}", sender).replace("{timestamp}", told).replace("{tag_id}", "1")
    )
    last = path.rpartition("/")[2]
    return client.send(method, path, json=BODIES.get(last, [] if method == "PUT" else {})).status


def rasa_events(sender: str) -> str:
    rows = query("SELECT timestamp FROM events WHERE sender_id = :sender AND type = 'user' LIMIT 1", sender=sender)
    return repr(rows[0]["timestamp"]) if rows else "0"


@pytest.mark.parametrize("role", PEOPLE)
def test_conversations_are_seen_by_their_owners_and_by_administrators(everybody: dict[str, Client], role: str):
    for name in CONVERSATIONS:
        own, strange = (ask(everybody[role], name, conversation(role, name, whose)) for whose in ("own", "strange"))
        if not may(role, name):
            assert (own, strange) == (403, 403), name
        elif role == "admin":
            assert {own, strange}.isdisjoint({401, 403, 500}), name
            assert own == strange, name
        else:
            assert own not in {400, 401, 403, 500}, name
            assert strange == 404, (name, own, strange)


@pytest.mark.parametrize("role", PEOPLE)
def test_what_belongs_to_all_is_open_to_those_with_the_permission(everybody: dict[str, Client], role: str):
    shared = [name for name in GUARDED if not any(f"{{{part}}}" in name for part in PERSONAL) or name in OPERATORS]
    client = everybody[role]

    for name in shared:
        method, path = name.split()
        if "jwt" not in ROUTES[name].accepts or path.startswith(("/api/user/", "/api/auth/keys")):
            continue  # these would end the very session; tests of their own have them
        reply = client.send(method, re.sub(r"{\w+}", "nothing", path).removeprefix("/api"), json={})
        assert (reply.status == 403) == (not may(role, name)), (name, reply.text)
        assert reply.status not in {401, 500}, (name, reply.text)


@pytest.mark.parametrize("role", PEOPLE)
def test_accounts_and_tokens_of_others_are_out_of_reach(everybody: dict[str, Client], role: str):
    stranger = logged_in(f"stranger-of-{role}", "admin")
    token = stranger.post("/user/tokens", {"name": "theirs"}).json["id"]
    client = everybody[role]

    assert client.put(f"/users/stranger-of-{role}", {"data": {}}).status == 403
    assert client.put(f"/users/matrix-{role}", {"data": {}}).status == 204
    assert client.delete(f"/user/tokens/{token}").status == 404
    assert [one["name"] for one in stranger.get("/user/tokens").json] == ["theirs"]
    if role != "admin":
        assert client.delete(f"/users/stranger-of-{role}").status == 403
        assert client.get(f"/users/stranger-of-{role}/roles").status == 403
