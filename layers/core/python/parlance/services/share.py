"""Sharing the bot: one link, by which guests talk to it without an account."""

from __future__ import annotations

import hmac
import secrets
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from parlance.adapters import share_link as store
from parlance.adapters import throttle
from parlance.adapters.sql import transaction
from parlance.domain.errors import NotFound, Unauthorized
from parlance.domain.identity import GUEST
from parlance.domain.training.etags import tagged
from parlance.services import audit
from parlance.services.login import TRIES_BY_ADDRESS, token_for

if TYPE_CHECKING:
    from parlance.domain.identity import Principal

DAY = 86_400
GUEST_LIFETIME = DAY
"""Seconds at most; a guest's token also ends with the link."""


def show() -> dict[str, Any]:
    """Return the link, also an expired one; raises NotFound while the bot is not shared."""
    return _shown(_link())


def put(principal: Principal, bot_name: str, description: str, *, days: int) -> dict[str, Any]:
    """Share the bot from now on for so many days; a link that is there keeps its token."""
    expires_at = round(time.time() + days * DAY, 3)
    with transaction():
        link = store.put(secrets.token_urlsafe(32), bot_name, description, expires_at=expires_at)
        audit.record(principal, "chatToken:update", link["id"], expires_at=expires_at)
    return _shown(link)


def revoke(principal: Principal) -> None:
    """End the link and every guest's session; sharing again makes another link."""
    with transaction():
        link = _link()
        store.remove()
        audit.record(principal, "chatToken:delete", link["id"])


def admit(chat_token: str, *, address: str) -> dict[str, str]:
    """Let a guest in: a token for at most a day, a conversation of the guest's own, and what the bot is called."""
    throttle.count("guest", address, limit=TRIES_BY_ADDRESS)
    link = _link()
    left = int(link["expires_at"] - time.time())
    if not hmac.compare_digest(chat_token.encode(), link["chat_token"].encode()) or left <= 0:
        raise Unauthorized("The link is wrong or has expired: ask for a new one.", code="InvalidChatToken")
    throttle.give_back("guest", address)
    name = str(uuid4())
    token = token_for(name, (GUEST,), lifetime=min(left, GUEST_LIFETIME), link=link["id"])
    shown = {part: link[part] for part in ("bot_name", "description")}
    return {"access_token": token, "conversation_id": name, **shown}


def _link() -> dict[str, Any]:
    link = store.find()
    if link is None:
        raise NotFound("The bot is not shared.", code="ChatTokenNotFound")
    return link


def _shown(link: dict[str, Any]) -> dict[str, Any]:
    parts = ("chat_token", "bot_name", "description")
    return tagged({"expires": link["expires_at"], **{name: link[name] for name in parts}})
