"""What a Rasa says of a model that it was given."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Why a model could not be loaded: the kind of error and Rasa's words."""

    code: Annotated[str, msgspec.Meta(max_length=200)] = "Error"
    message: Annotated[str, msgspec.Meta(max_length=4000)] = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`live`: the model answers now. `refused`: it could not be loaded, and the one before it stays in service."""

    etag: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    state: Literal["live", "refused"]
    environment: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$")] = "production"
    seconds: float | None = None
    error: Fault = Fault()

    def as_note(self, model: str, at: float) -> dict[str, Any]:
        """Return what is kept of it with the environment."""
        note = {"model": model, "etag": self.etag, "state": self.state, "seconds": self.seconds, "at": at}
        return note | ({"error": msgspec.to_builtins(self.error)} if self.state == "refused" else {})
