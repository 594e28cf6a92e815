"""User goals."""

from __future__ import annotations

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain.shapes_nlu import UserGoal
from parlance.domain.training.examples import Name
from parlance.services import user_goals as service

user_goals = Resource(__name__)

GOALS = "/projects/default/userGoals"


class Goal(msgspec.Struct, frozen=True):
    """A goal's name."""

    name: Name


@user_goals.endpoint("GET", GOALS, scope="intents:list", accepts=API_TOKEN, answer=list[UserGoal])
def list_goals(_call: Call) -> Answer:
    """List user goals with their intents."""
    found = service.listed()
    return page(found, len(found))


@user_goals.endpoint("POST", GOALS, scope="userGoals:create", accepts=API_TOKEN, body=Goal, status=201, answer=UserGoal)
def add_goal(_call: Call, body: Goal) -> Answer:
    """Add a user goal."""
    return Answer(service.add(body.name), 201)


@user_goals.endpoint("DELETE", f"{GOALS}/{{goal}}", scope="userGoals:delete", accepts=API_TOKEN, status=204)
def remove_goal(_call: Call, goal: str) -> Answer:
    """Remove a user goal from all intents."""
    service.remove(goal)
    return NO_CONTENT
