"""Refused messages of erased conversations, also those that nobody can read whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from parlance.adapters import dead_letter_store
from parlance.adapters.event_topic import claims_of
from parlance.domain.errors import AppError
from parlance.domain.messages import read
from parlance.domain.turns import Claimed

if TYPE_CHECKING:
    from parlance.domain.dead_letters import Letter

SENDER = re.compile(r'"sender_id"\s*:\s*("(?:[^"\\]|\\.)*")')
MARKS = ["sender_id", '"encoding"', '"claim"']
"""What the bodies hold that may be somebody's."""


def forget(senders: list[str]) -> dict[str, int]:
    """Remove their letters for good; returns how many of each conversation."""
    folders = {claims_of(sender): sender for sender in senders}
    wanted = dict.fromkeys(senders, 0)
    found = {letter.message_id: _sender(letter, folders) for letter in dead_letter_store.bodies_with(MARKS)}
    mine = {key: sender for key, sender in found.items() if sender in wanted}
    if mine:
        dead_letter_store.remove(list(mine))
    for sender in mine.values():
        wanted[sender] += 1
    return wanted


def _sender(letter: Letter, folders: dict[str, str]) -> str:
    """Return whose letter it is, empty when nobody can tell; of one in storage the folder tells."""
    try:
        content = read(letter.body, letter.environment)
    except AppError:
        return _told(letter.body)
    if isinstance(content, Claimed):
        return next((sender for folder, sender in folders.items() if content.key.startswith(folder)), "")
    return content.sender_id


def _told(body: str) -> str:
    """Return the first name in a body that is no message."""
    found = SENDER.search(body)
    try:
        return str(msgspec.json.decode(found[1])) if found else ""
    except msgspec.DecodeError:
        return ""
