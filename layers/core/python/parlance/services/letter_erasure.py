"""Refused messages of erased conversations, also those that nobody can read whole."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from parlance.adapters import dead_letter_store
from parlance.adapters.event_topic import claims_of
from parlance.domain.errors import AppError
from parlance.domain.message_json import parse
from parlance.domain.messages import DEEPEST, decoded, unpack

SENDER = re.compile(r'"sender_id"\s*:\s*("(?:[^"\\]|\\.)*")')
PACKED = ['"encoding"', '\\"encoding\\"']
"""In bodies whose text cannot be searched."""


def forget(senders: list[str]) -> dict[str, int]:
    """Remove their letters for good; returns how many of each conversation."""
    folders = {claims_of(sender): sender for sender in senders}
    wanted = dict.fromkeys(senders, 0)
    words = {word for sender in senders for word in _written(sender)} | set(folders) | set(PACKED)
    letters = dead_letter_store.bodies_with(sorted(words))
    found = {letter.message_id: _sender(letter.body, folders) for letter in letters}
    mine = {key: sender for key, sender in found.items() if sender in wanted}
    if mine:
        dead_letter_store.remove(list(mine))
    for sender in mine.values():
        wanted[sender] += 1
    return wanted


def _written(sender: str) -> set[str]:
    """Return the ways in which a message, or one inside an SNS envelope, writes the name."""
    plain = {json.dumps(sender)[1:-1], json.dumps(sender, ensure_ascii=False)[1:-1]}
    return plain | {json.dumps(word, ensure_ascii=False)[1:-1] for word in plain}


def _sender(body: str | bytes, folders: dict[str, str], depth: int = DEEPEST) -> str:
    """Return whose message it is, empty when nobody can tell: by its wrappers, its folder in storage, its text."""
    try:
        message = parse(body)
    except AppError:
        return _told(body)
    if not isinstance(message, dict) or not depth:
        return ""
    inner = _unwrapped(message)
    if inner is not None:
        return _sender(inner, folders, depth - 1)
    claim = message.get("claim")
    key = str(claim.get("key")) if isinstance(claim, dict) else ""
    return next((sender for folder, sender in folders.items() if key.startswith(folder)), str(message.get("sender_id")))


def _unwrapped(message: dict[str, Any]) -> str | bytes | None:
    """Return what an envelope or a gzip holds; None for a message that is no wrapper."""
    if message.get("Type") == "Notification":
        return str(message.get("Message"))
    if message.get("encoding") != "gzip":
        return None
    try:
        return unpack(decoded(str(message.get("body"))))
    except AppError:
        return b""


def _told(body: str | bytes) -> str:
    """Return the first name in a text that is no JSON."""
    found = SENDER.search(body if isinstance(body, str) else body.decode(errors="replace"))
    try:
        return str(msgspec.json.decode(found[1])) if found else ""
    except msgspec.DecodeError:
        return ""
