"""The project's files: whole, and the two texts that have a screen of their own."""

from __future__ import annotations

import json
import re

import msgspec

from functions.api.answers import JSON, Answer
from functions.api.endpoint import API_TOKEN, MEGABYTE, Call, Resource
from parlance.domain.errors import Invalid
from parlance.domain.project import Files, Project
from parlance.domain.training.etags import etag
from parlance.services import project as projects
from parlance.services import project_archive
from parlance.services.project_archive import Archive
from parlance.services.versions import FILES

YAML = "application/x-yaml"
YAML_MEDIA = (YAML, "application/yaml", "text/yaml", "text/x-yaml", "text/plain", JSON)
ZIP_MEDIA = ("application/zip", "application/octet-stream")
LIMIT = 6 * MEGABYTE
PAIR = re.compile(r"((?<!\\)(?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})", re.ASCII)

PROJECT_VERSION = FILES, lambda _call: {"etag": projects.tag_of(projects.export())}
"""What replaces all of a kind builds on the project as a whole: `If-Match` with the ETag of its files."""

files = Resource(__name__)


class ProjectFiles(msgspec.Struct, frozen=True):
    """A whole project: texts by path."""

    files: Files


@files.endpoint("GET", "/projects/default/files", scope="files:get", accepts=API_TOKEN, answer=Project)
def export_files(_call: Call) -> Answer:
    """Return all files of the project and what is wrong in them."""
    return tagged(projects.export())


@files.endpoint("GET", "/projects/default/files/zip", scope="files:get", accepts=API_TOKEN, answer=Archive)
def pack_files(_call: Call) -> Archive:
    """Return where a zip of all files can be read for some minutes."""
    return project_archive.pack()


@files.endpoint(
    "PUT",
    "/projects/default/files",
    scope="files:update",
    accepts=API_TOKEN,
    body=ProjectFiles,
    limit=LIMIT,
    larger="A project has 5 MiB at most: send it as a zip (POST), which is smaller.",
    answer=Project,
    version="service",
)
def import_files(call: Call, body: ProjectFiles) -> Answer:
    """Replace the project by these files."""
    return tagged(projects.import_files(body.files, call.principal.username, if_match=call.if_match))


@files.endpoint(
    "POST",
    "/projects/default/files",
    scope="files:update",
    accepts=API_TOKEN,
    body=bytes,
    media=ZIP_MEDIA,
    limit=LIMIT,
    larger="A project has 5 MiB at most: leave models, caches and pictures out of the zip.",
    answer=Project,
    version="service",
)
def import_zip(call: Call, body: bytes) -> Answer:
    """Replace the project by the files of a zip."""
    return tagged(projects.import_zip(body, call.principal.username, if_match=call.if_match))


@files.endpoint("GET", "/domain", scope="domain:get", accepts=API_TOKEN, gives=(YAML,))
def read_domain(_call: Call) -> Answer:
    """Return the domain as YAML."""
    return text_answer(projects.read_domain())


@files.endpoint(
    "PUT",
    "/domain",
    scope="domain:update",
    accepts=API_TOKEN,
    body=bytes,
    media=YAML_MEDIA,
    limit=2 * MEGABYTE,
    gives=(YAML,),
    version="service",
)
def write_domain(call: Call, body: bytes) -> Answer:
    """Replace the domain."""
    return text_answer(projects.write_domain(text_of(body), call.principal.username, if_match=call.if_match))


@files.endpoint("GET", "/projects/default/settings", scope="models.settings:get", accepts=API_TOKEN, gives=(YAML,))
def read_settings(_call: Call) -> Answer:
    """Return config.yml."""
    return text_answer(projects.read_settings())


@files.endpoint(
    "PUT",
    "/projects/default/settings",
    scope="models.settings:update",
    body=bytes,
    media=YAML_MEDIA,
    gives=(YAML,),
    version="service",
)
def write_settings(call: Call, body: bytes) -> Answer:
    """Replace config.yml."""
    return text_answer(projects.write_settings(text_of(body), call.principal.username, if_match=call.if_match))


def text_answer(text: str) -> Answer:
    """Answer a YAML text with its entity tag."""
    return Answer(text, headers={"ETag": etag(text)}, media=YAML)


def tagged(project: Project) -> Answer:
    """Answer the project with its entity tag."""
    return Answer(project, headers={"ETag": projects.tag_of(project)})


def text_of(body: bytes) -> str:
    """Return a body that is text; raises Invalid for what is not UTF-8.

    JSON may write a character as two escapes, which YAML does not know: it gets the character.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Invalid("The body is not UTF-8 text.") from error
    is_json = text.lstrip()[:1] in {"{", "["}
    return PAIR.sub(lambda pair: pair[1] + json.loads(f'"{pair[2]}"'), text) if is_json else text
