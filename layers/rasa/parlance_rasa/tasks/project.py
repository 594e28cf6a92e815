"""An assistant's project: taken safely out of its zip, and the command that trains it."""

import os
import stat
import zipfile
from typing import Any, Dict, List

from parlance_rasa.tasks import completion
from parlance_rasa.tasks.failure import TrainingFailedError

MOST_FILES = 20_000
MOST_BYTES = 1024 * 1024 * 1024


def unpack(archive: str, folder: str) -> None:
    """Extract the zip; refuses paths that leave the folder, links, and what is far too large for an assistant."""
    try:
        with zipfile.ZipFile(archive) as file:
            _check(file.infolist(), folder)
            file.extractall(folder)
    except zipfile.BadZipFile as error:
        raise TrainingFailedError("ProjectInvalid", "The project's archive is not a zip file.") from error


def _check(entries: List[zipfile.ZipInfo], folder: str) -> None:
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise TrainingFailedError("ProjectInvalid", "The project is too large: 20,000 files and 1 GiB are the most.")
    root = os.path.realpath(folder)
    for entry in entries:
        target = os.path.realpath(os.path.join(root, entry.filename))
        if os.path.commonpath([root, target]) != root or stat.S_ISLNK(entry.external_attr >> 16):
            raise TrainingFailedError("ProjectInvalid", "The project has a file outside of it: %r." % entry.filename)


def read_config(folder: str) -> Any:
    """Return the content of config.yml; raises when it is missing or no YAML."""
    import ruamel.yaml

    try:
        with open(os.path.join(folder, "config.yml"), encoding="utf-8") as file:
            return ruamel.yaml.YAML(typ="safe").load(file)
    except FileNotFoundError as error:
        raise TrainingFailedError("ProjectInvalid", "The project has no config.yml.") from error
    except (ruamel.yaml.error.YAMLError, UnicodeError) as error:
        raise TrainingFailedError("ProjectInvalid", "config.yml cannot be read: %s" % error) from error


def command(folder: str, options: Dict[str, Any], base_model: "str | None") -> List[str]:
    """Return the arguments for `python -m rasa` that train the project with the job's options."""
    only = options.get("only")
    domains = (name for name in (completion.FOLDER, "domain.yml") if os.path.exists(os.path.join(folder, name)))
    domain = next(domains, "domain")
    data = {"nlu": "--nlu", "core": "--stories"}.get(only or "", "--data")
    arguments = ["train", *([only] if only else []), "--config", "config.yml", "--domain", domain, data, "data"]
    arguments += ["--out", "models"]
    arguments += [flag for flag, wanted in _flags(options).items() if wanted]
    if base_model:
        arguments += ["--finetune", base_model, "--epoch-fraction", str(options.get("epoch_fraction", 1.0))]
    return arguments


def _flags(options: Dict[str, Any]) -> Dict[str, Any]:
    """Return Rasa's flags; those for half an assistant take fewer."""
    if options.get("only") == "nlu":
        return {}
    if options.get("only") == "core":
        return {"--force": options.get("force")}
    return {"--force": options.get("force"), "--skip-validation": options.get("skip_validation")}
