"""The turn that the running code belongs to.

The lock store sets `current_ticket` inside `lock()`; the tracker store numbers the turn with it. A context variable
follows the asyncio task of one message, so that two conversations on one event loop never see each other's ticket.
"""

from contextvars import ContextVar
from typing import Optional

current_ticket: "ContextVar[Optional[int]]" = ContextVar("parlance_current_ticket", default=None)
