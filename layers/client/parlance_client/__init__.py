"""A typed client of Parlance's HTTP API, and the command `parlance` that stands on it.

    from parlance_client import Client, Transport

    client = Client(Transport("https://parlance.example", token="parlance_..."))
    for conversation in client.conversations.every(Listing(minimum_confidence=0.5)):
        print(conversation.sender_id, conversation.latest_user_message)

Answers are the frozen structs of `parlance.domain`; failures are `Refused` and `Unreachable`.
"""

from parlance_client.client import Client
from parlance_client.errors import Failed, Refused, Unreachable
from parlance_client.transport import Transport

__all__ = ["Client", "Failed", "Refused", "Transport", "Unreachable"]
