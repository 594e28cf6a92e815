"""The project, and how it begins."""

from __future__ import annotations

from functions.api.answers import Answer
from functions.api.endpoint import Call, Resource
from parlance.domain import shapes_installation as shapes
from parlance.services import projects as service

projects = Resource(__name__)


@projects.endpoint("POST", "/projects/{project}", scope="projects:create", status=201, answer=shapes.NewProject)
def create_project(call: Call, project: str) -> Answer:
    """Begin the project with a configuration and data that train and answer; 409 when it has files already."""
    return Answer(service.create(call.principal, project), 201)
