"""Trained models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from parlance.domain import shapes
from parlance_client.pages import Page, page
from parlance_client.transport import Transport, fetch, segment, store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

MODELS = "/projects/default/models"


class Place(msgspec.Struct, frozen=True):
    """Where a model's file may be put."""

    upload: str
    url: str


class Models:
    """Models: listed, served, brought in and out."""

    def __init__(self, transport: Transport) -> None:
        """Send nothing yet."""
        self._transport = transport

    def list(self, *, tag: str | None = None, limit: int = 100) -> Page[shapes.Model]:
        """Return models, the newest first."""
        asked = {"limit": str(limit), **({"tag": tag} if tag else {})}
        return page(self._transport.get(MODELS, **asked), shapes.Model)

    def tag(self, model: str, tag: str) -> None:
        """Give a model a tag; `production` makes Rasa serve it within seconds."""
        self._transport.send("PUT", f"{MODELS}/{segment(model)}/tags/{segment(tag)}")

    def delete(self, model: str) -> None:
        """Delete a model that is not served."""
        self._transport.send("DELETE", f"{MODELS}/{segment(model)}")

    def upload(self, name: str, file: BinaryIO, size: int) -> shapes.Model:
        """Put a model's file of `size` bytes into storage and register it."""
        place = self._transport.send("POST", f"{MODELS}/uploads", {"size": size}).read(Place)
        store(place.url, file, size)
        return self._transport.send("PUT", f"{MODELS}/uploads/{place.upload}", {"name": name}).read(shapes.Model)

    def download(self, model: str) -> Iterator[bytes]:
        """Yield a model's file in pieces."""
        return fetch(self._transport.get(f"{MODELS}/{segment(model)}").headers["Location"])
