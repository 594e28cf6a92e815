"""The WebSocket API: takes what screens say, and tells them what changed."""

from __future__ import annotations

from typing import Any

import msgspec

from parlance.adapters.log import log
from parlance.domain.live import Changes
from parlance.services import live_connections as service


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Take a frame of API Gateway's, or `{"changes": {...}}` of another function of this installation."""
    if "changes" in event:
        sent = service.spread(msgspec.convert(event["changes"], Changes))
        log("live", sent=sent)
        return {"sent": sent}
    log("live", what=_taken(event["requestContext"], event.get("body") or ""))
    return {"statusCode": 200}


def _taken(context: dict[str, Any], text: str) -> str:
    if context["routeKey"] == "$disconnect":
        service.leave(context["connectionId"])
        return "left"
    return "opened" if context["routeKey"] == "$connect" else service.receive(context["connectionId"], text)
