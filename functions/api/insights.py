"""What happened in a period: the contract's series, and the insights screen."""

from __future__ import annotations

from typing import Any

from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain import shapes_insights as shapes
from parlance.domain.insights import Asked
from parlance.services import insights as service

insights = Resource(__name__)


@insights.endpoint("GET", "/analytics", scope="analytics:get", accepts=API_TOKEN, query=Asked, answer=shapes.Analytics)
def analytics(_call: Call, query: Asked) -> dict[str, Any]:
    """Count users, sessions and messages of a period, in bins."""
    return service.analytics(query)


@insights.endpoint("GET", "/insights", scope="analytics:get", accepts=API_TOKEN, query=Asked, answer=shapes.Insights)
def read_insights(_call: Call, query: Asked) -> dict[str, Any]:
    """Say how a period went: totals, rates, intents, confidence, drop-off, channels, models."""
    return service.insights(query)


@insights.endpoint(
    "GET", "/insights/steps", scope="analytics:get", accepts=API_TOKEN, query=Asked, answer=shapes.Transitions
)
def read_steps(_call: Call, query: Asked) -> dict[str, Any]:
    """Count which step follows which in conversations: how far stories cover them."""
    return service.steps(query)
