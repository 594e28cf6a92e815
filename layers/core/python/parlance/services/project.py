"""The one project of this workbench: its files brought in, taken out, judged and handed to a training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import project_files
from parlance.domain import project_zip
from parlance.domain.errors import Invalid, NotFound
from parlance.domain.project import (
    CONFIG,
    DOMAIN,
    Files,
    Problem,
    Project,
    StoredFile,
    check_sizes,
    fingerprint,
    is_domain,
    is_yaml,
    missing_parts,
    sorted_out,
)
from parlance.domain.project_yaml import inspect, merged, missing_keys, read
from parlance.domain.training.etags import etag, require
from parlance.domain.training.examples import examples
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable


class ConfigMissingKeys(Invalid):
    """A configuration without language, pipeline or policies, which the API must not be given."""

    status, code = 422, "ConfigMissingKeys"


def import_files(files: Files, who: str, *, if_match: str | None = None) -> Project:
    """Make these files the project, in place of all that was; what raises (Unsafe, TooLarge) changes nothing.

    With `if_match` raises PreconditionFailed unless the project is still the one with this entity tag.
    """
    kept, left_out = sorted_out(files)
    check_sizes(kept)
    known = {file.path: file for file in project_files.read_all()}
    judged = [_judged(path, text, known.get(path)) for path, text in kept.items()]
    project_files.write(
        judged, who, hashes=[example.hash for example in examples(kept)], guard=_guard(_project_tag, if_match)
    )
    return msgspec.structs.replace(export(), left_out=left_out)


def import_zip(body: bytes, who: str, *, if_match: str | None = None) -> Project:
    """Do the same with a zip of the project's folder."""
    return import_files(project_zip.unpack(body), who, if_match=if_match)


def tag_of(project: Project) -> str:
    """Return the project's entity tag: the same for the same texts."""
    return f'"{fingerprint(project.files)}"'


def _project_tag() -> str:
    return tag_of(export())


def _guard(tag: Callable[[], str], if_match: str | None) -> Callable[[], None]:
    """Return what raises PreconditionFailed when the thing to be written is not the one that the caller has read."""

    def guard() -> None:
        try:
            known = tag() if if_match else None
        except NotFound:
            known = None
        require(known, if_match)

    return guard


def export() -> Project:
    """Return the whole project, every text as it was written."""
    stored = project_files.read_all()
    problems = [problem for file in stored for problem in file.problems]
    files = {file.path: file.content for file in stored}
    return Project(files=files, problems=missing_parts(set(files)) + problems)


def snapshot() -> tuple[bytes, str]:
    """Return a zip of the project and its fingerprint, for a training; raises Invalid when it cannot be trained."""
    project = export()
    errors = [problem for problem in project.problems if problem.severity == "error"]
    if errors:
        first = f"{errors[0].path}, line {errors[0].line}: {errors[0].message}"
        raise Invalid(f"The project cannot be trained. {first}", code="InvalidProject", details=_builtins(errors))
    return project_zip.pack(project.files), fingerprint(project.files)


def read_settings() -> str:
    """Return config.yml; raises NotFound without one."""
    found = [file.content for file in project_files.read_all() if file.path == CONFIG]
    if not found:
        raise NotFound("The project has no configuration.")
    return found[0]


def write_settings(text: str, who: str, *, if_match: str | None = None) -> str:
    """Replace config.yml; raises ConfigMissingKeys, Invalid that says where it is wrong, PreconditionFailed."""
    file = _checked(CONFIG, text, code="InvalidConfig")
    missing = missing_keys(read(text))
    if missing:
        raise ConfigMissingKeys(f"The configuration lacks {', '.join(missing)}.")
    project_files.write([file], who, others=[], guard=_guard(lambda: etag(read_settings()), if_match))
    return text


def read_domain() -> str:
    """Return the domain: the file as it was written, or the parts of a split one as one; raises NotFound."""
    parts = {file.path: file.content for file in project_files.read_all() if is_domain(file.path)}
    if not parts:
        raise NotFound("The project has no domain.")
    return parts[DOMAIN] if DOMAIN in parts else merged(parts)


def write_domain(text: str, who: str, *, if_match: str | None = None) -> str:
    """Replace the domain, and all parts of a split one, by this text; raises Invalid that says where it is wrong.

    With `if_match` raises PreconditionFailed unless the domain is still the one with this entity tag.
    """
    file = _checked(DOMAIN, text, code="InvalidDomainError")
    parts = [old.path for old in project_files.read_all() if is_domain(old.path) and old.path != file.path]
    project_files.write([file], who, others=parts, guard=_guard(lambda: etag(read_domain()), if_match))
    return text


def _judged(path: str, text: str, known: StoredFile | None) -> StoredFile:
    """Inspect a file; what is known of the same training data stays true (the allow list is not about it)."""
    if known and known.content == text and path.startswith("data/"):
        return known
    problems = inspect(path, text, allowed=allowed_packages()) if is_yaml(path) else ()
    return StoredFile(path=path, content=text, version=0, problems=problems)


def _checked(path: str, text: str, *, code: str) -> StoredFile:
    check_sizes({path: text})
    file = _judged(path, text, None)
    errors = [problem for problem in file.problems if problem.severity == "error"]
    if errors:
        raise Invalid(f"line {errors[0].line}: {errors[0].message}", code=code, details=_builtins(errors))
    if not isinstance(read(text), dict):
        raise Invalid("The text must hold a mapping of keys to values.", code=code)
    return file


def allowed_packages() -> tuple[str, ...]:
    """Return the packages, beside `rasa`, whose classes a project may name."""
    return tuple(name for name in settings().allowed_components.split(",") if name)


def _builtins(problems: list[Problem]) -> Any:
    return {"problems": msgspec.to_builtins(problems)}
