"""The client: one attribute a part of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.domain.shapes import AccessToken
from parlance_client.accounts import Accounts, Tokens
from parlance_client.conversations import Conversations
from parlance_client.jobs import Jobs
from parlance_client.models import Models
from parlance_client.operations import Audit, DeadLetters, Locks
from parlance_client.project import Project
from parlance_client.transport import Transport

if TYPE_CHECKING:
    from typing import Self


class Client:
    """All calls of one user to one installation; every method raises `Failed`."""

    def __init__(self, transport: Transport) -> None:
        """Send nothing yet."""
        self.transport = transport
        self.accounts = Accounts(transport)
        self.audit = Audit(transport)
        self.conversations = Conversations(transport)
        self.dead_letters = DeadLetters(transport)
        self.jobs = Jobs(transport)
        self.locks = Locks(transport)
        self.models = Models(transport)
        self.project = Project(transport)
        self.tokens = Tokens(transport)

    @classmethod
    def log_in(cls, url: str, username: str, password: str) -> Self:
        """Return a client that is logged in for eight hours."""
        asked = {"username": username, "password": password}
        proof = Transport(url).send("POST", "/auth", asked).read(AccessToken)
        return cls(Transport(url, token=proof.access_token))
