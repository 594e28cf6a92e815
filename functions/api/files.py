"""The project's files: whole, and its two texts that have a screen of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from functions.api.answers import Answer
from functions.api.endpoint import API_TOKEN, MEGABYTE, Call, Resource
from parlance.domain.errors import Invalid

if TYPE_CHECKING:
    from parlance.services.project import Project

YAML = "application/x-yaml"
YAML_MEDIA = (YAML, "application/yaml", "text/yaml", "text/x-yaml", "text/plain", "application/x-www-form-urlencoded")
ZIP_MEDIA = ("application/zip", "application/octet-stream")
LIMIT = 6 * MEGABYTE

files = Resource(__name__)


class ProjectFiles(msgspec.Struct, frozen=True):
    """A whole project: texts by path."""

    files: dict[str, str]


@files.endpoint("GET", "/projects/{project}/files", scope="files:get", accepts=API_TOKEN)
def export_files(_call: Call, project: str) -> dict[str, Any]:
    """Return all files of the project and what is wrong in them."""
    from parlance.services.project import export

    return _shown(project, export())


@files.endpoint("PUT", "/projects/{project}/files", scope="files:update", accepts=API_TOKEN, body=ProjectFiles, limit=LIMIT)
def import_files(call: Call, project: str, body: ProjectFiles) -> dict[str, Any]:
    """Replace the project by these files."""
    from parlance.services.project import import_files

    return _shown(project, import_files(body.files, call.principal.username))


@files.endpoint(
    "POST", "/projects/{project}/files", scope="files:update", accepts=API_TOKEN, body=bytes, media=ZIP_MEDIA, limit=LIMIT
)
def import_zip(call: Call, project: str, body: bytes) -> dict[str, Any]:
    """Replace the project by the files of a zip."""
    from parlance.services.project import import_zip

    return _shown(project, import_zip(body, call.principal.username))
