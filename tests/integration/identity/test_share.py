"""Guests: who has the link talks to the bot and sees that conversation, and nothing else."""

from __future__ import annotations

import time

import pytest

from infra.api_docs import endpoints
from parlance.adapters import tokens
from parlance.domain.permissions import scopes_of
from parlance.services.login import token_for
from tests.support import events as rasa
from tests.support.api import Client
from tests.support.events import NOON
from tests.support.installation import SERVICE_TOKEN

BOT = {"bot_name": "Concierge", "description": "Ask for a room"}


@pytest.fixture
def link(admin) -> str:
    return admin.put("/chatToken", BOT).json["chat_token"]


def come_in(link: str) -> tuple[Client, str]:
    answer = Client().post("/auth/jwt", {"chat_token": link})
    assert answer.status == 200
    return Client(answer.json["access_token"]), answer.json["conversation_id"]


def test_a_bot_that_is_not_shared_has_no_link(admin):
    assert admin.get("/chatToken").status == 404
    assert admin.delete("/chatToken").status == 404
    assert Client().post("/auth/jwt", {"chat_token": "x"}).status == 404


def test_sharing_again_renames_and_renews_and_keeps_the_token(admin, link):
    renewed = admin.put("/chatToken", {"bot_name": "New", "description": "", "expires_in_days": 2})

    assert renewed.json["chat_token"] == link
    assert renewed.json["bot_name"] == "New"
    assert renewed.json["expires"] == pytest.approx(time.time() + 2 * 86_400, abs=60)
    assert admin.get("/chatToken").json == renewed.json


def test_links_live_thirty_days_where_nothing_is_said(admin, link):
    assert admin.get("/chatToken").json["expires"] == pytest.approx(time.time() + 30 * 86_400, abs=60)


def test_a_guest_has_a_name_and_a_conversation_of_its_own_for_a_day(link):
    guest, conversation = come_in(link)
    claims = tokens.read(guest.token)

    assert claims["username"] == conversation
    assert claims["user"]["roles"] == ["guest"]
    assert set(claims["scopes"]) == scopes_of(("guest",))
    assert claims["exp"] - claims["iat"] == pytest.approx(86_400, abs=2)
    assert come_in(link)[1] != conversation


def test_a_guests_token_ends_with_the_link(admin, link, installation):
    installation.rows("UPDATE share_link SET expires_at = extract(epoch FROM now()) + 60")

    guest, _ = come_in(link)

    claims = tokens.read(guest.token)
    assert claims["exp"] - claims["iat"] <= 60


def test_a_guest_sees_its_own_tracker_only(link):
    guest, own = come_in(link)
    other = come_in(link)[1]
    for name in (own, other, "c1"):
        rasa.store(rasa.turn(name, 1, [*rasa.session(NOON), rasa.user("hi", "greet", NOON + 1)]))

    assert guest.get(f"/conversations/{own}/tracker").json["sender_id"] == own
    assert guest.get(f"/conversations/{own}/messages").total == 1
    assert {guest.get(f"/conversations/{name}/tracker").status for name in (other, "c1")} == {404}
    assert guest.post(f"/conversations/{other}/messages", {"message": "hi"}).status == 404


def test_a_guest_reaches_the_bot(link):
    guest, own = come_in(link)

    assert guest.post("/chat", {"message": "hi"}).status == 503  # these tests have no Rasa, a refusal would be 403
    assert guest.post(f"/conversations/{own}/messages", {"message": "hi"}).status == 503


def test_every_other_call_is_refused_to_guests(link):
    guest, _ = come_in(link)
    allowed = {"messages:create", "clients:get", "clientMessages:list", None}
    closed = [spec for spec in endpoints() if spec.scope not in allowed and "jwt" in spec.accepts]

    answers = {guest.send(spec.method, spec.path.removeprefix("/api")).status for spec in closed}

    assert answers == {403}


def test_revoking_throws_guests_out_and_makes_another_link(admin, link):
    guest, own = come_in(link)
    assert guest.get(f"/conversations/{own}").status == 404  # nothing said yet

    assert admin.delete("/chatToken").status == 204

    assert guest.get(f"/conversations/{own}").json["reason"] == "StaleToken"
    again = admin.put("/chatToken", BOT).json["chat_token"]
    assert again != link
    assert Client().post("/auth/jwt", {"chat_token": link}).status == 401
    assert guest.get(f"/conversations/{own}").status == 401


def test_an_expired_link_lets_nobody_in_and_nobody_stay(admin, link, installation):
    guest, own = come_in(link)

    installation.rows("UPDATE share_link SET expires_at = extract(epoch FROM now()) - 1")

    assert Client().post("/auth/jwt", {"chat_token": link}).status == 401
    assert guest.get(f"/conversations/{own}").status == 401
    admin.put("/chatToken", BOT)
    come_in(link)


def test_guessing_is_throttled_by_address_and_right_links_are_not(link, monkeypatch):
    monkeypatch.setattr("parlance.services.share.TRIES_BY_ADDRESS", 2)
    for _ in range(4):
        come_in(link)

    tries = [Client(address="198.51.100.9").post("/auth/jwt", {"chat_token": "guess"}).status for _ in range(3)]

    assert tries == [401, 401, 429]


def test_rasa_servers_see_the_link_and_testers_do_not(link, tester, annotator):
    assert Client().get(f"/chatToken?token={SERVICE_TOKEN}").json["chat_token"] == link
    assert tester.get("/chatToken").status == annotator.get("/chatToken").status == 403
    assert tester.put("/chatToken", BOT).status == tester.delete("/chatToken").status == 403


def test_the_log_says_who_shared_and_not_the_token(admin, link):
    admin.delete("/chatToken")
    log = admin.get("/audit")

    assert [line["action"] for line in log.json] == ["chatToken:delete", "chatToken:update"]
    assert link not in log.text


@pytest.mark.parametrize(
    "body", [{"bot_name": "x" * 256, "description": ""}, {"bot_name": "x"}, BOT | {"expires_in_days": 0}]
)
def test_a_wrong_body_is_refused(admin, body):
    assert admin.put("/chatToken", body).status == 400


@pytest.mark.parametrize("claim", ["", "x", None, 7, {"id": "x"}])
def test_a_guests_token_of_no_live_link_is_refused(link, claim):
    guest = Client(token_for("visitor", ("guest",), link=claim))

    assert guest.get("/conversations/visitor/tracker").status == 401


def test_a_guest_who_names_more_roles_gets_those_of_the_account_of_that_name_which_is_none(link):
    climber = Client(token_for("visitor", ("guest", "admin")))

    assert climber.get("/users").status == 401
