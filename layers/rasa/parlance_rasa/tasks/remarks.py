"""What Rasa finds odd in a project, as problems with file and line; Rasa itself prints sentences only."""

import os
import re
from typing import Any, Dict, Iterable, List, Optional, Tuple

MOST = 200
TEXTS = (".yml", ".yaml", ".json", ".md", ".txt")
_WARNING = re.compile(r"[/\\]rasa[/\\][\w/\\]+\.py:\d+: (?:User|Future)Warning: (.*)$")
_CONFLICT = re.compile(r"WARNING\s+rasa\.validator\s+- (.*)$")
_YAML = re.compile(r"^(?:.*(?:Exception|Error): )?(Failed to (?:read|validate|parse|load) .*)$")
_CONTINUED = re.compile(r"^(?!\d{4}-\d\d-\d\d |/\S+\.py:\d+: |\S.*\d+it/s|\s*\d+%\|)")
_FATAL = re.compile(
    r"^The (action|form) '.*' is used in the '.*' block|^The form slot '|^Slot '.*' has a mapping condition|^Failed to"
)
"""What Rasa's validation refuses a project for; everything else is a warning to it."""
_QUOTED = re.compile(r"'([^'\n]{1,200})'")
_LINE = re.compile(r"line (\d+)")
_IN_DOMAIN = re.compile(r"^(The (utterance|intent '[^']*' is listed|form slot)|Slot )|listed in the domain, but")


class Remarks:
    """Gathers the problems from a training's lines; a sentence may go over several of them."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._open: List[str] = []
        self.problems: List[Dict[str, Any]] = []

    def read(self, line: str) -> bool:
        """Take a line that Rasa printed; tell whether a problem is complete by it."""
        start = _WARNING.search(line) or _CONFLICT.search(line) or _YAML.search(line)
        if start is None and self._open and _goes_on(line):
            self._open.append(line.strip())
            return False
        closed = self.close()
        self._open = [start.group(1)] if start else []
        return closed

    def close(self) -> bool:
        """Keep the sentence that is open, if there is one; tell whether there was."""
        message = " ".join(self._open).strip().replace(self._folder + os.sep, "")
        self._open = []
        return self._keep(message)

    def add(self, sentences: Iterable[str]) -> None:
        """Keep what was found otherwise."""
        for sentence in sentences:
            self._keep(sentence)

    def _keep(self, message: str) -> bool:
        if not message or len(self.problems) >= MOST or any(old["message"] == message for old in self.problems):
            return False
        path, line = place(message, self._folder)
        severity = "error" if _FATAL.search(message) else "warning"
        self.problems.append({"path": path, "line": line, "severity": severity, "message": message})
        return True


def place(message: str, folder: str) -> Tuple[str, int]:
    """Return the file and line that a sentence is about; ("", 0) when that cannot be told."""
    names = _QUOTED.findall(message)
    texts = _texts(folder)
    named = next((path for path in texts if any(_is_path(name, path) for name in [*names, *message.split()])), None)
    if named:
        said = _LINE.search(message)
        return named, int(said.group(1)) if said else _line_of(texts[named], [n for n in names if n != named]) or 1
    if "config file" in message or "configuration" in message:
        return "config.yml", 1
    return _search(names, texts, first="domain" if _IN_DOMAIN.search(message) else "data")


def _goes_on(line: str) -> bool:
    stripped = line.strip()
    is_link = stripped.startswith("More info at")
    return bool(stripped) and not is_link and bool(_CONTINUED.match(line))


def _search(names: List[str], texts: Dict[str, List[str]], first: str) -> Tuple[str, int]:
    ordered = sorted(texts, key=lambda path: (not _has_block(texts[path], names), not path.startswith(first), path))
    for path in ordered if names else []:
        line = _line_of(texts[path], names)
        if line:
            return path, line
    return "", 0


def _line_of(lines: List[str], names: List[str]) -> Optional[int]:
    """Return the line of the first name, behind that of a block the sentence names as well."""
    if not names:
        return None
    block = next((at for name in names[1:] for at, line in enumerate(lines) if _names_block(line, name)), 0)
    word = re.compile(r"(?<![\w-])%s(?![\w-])" % re.escape(names[0]))
    found = next((at for at in range(block, len(lines)) if word.search(lines[at])), None)
    return None if found is None else found + 1


def _has_block(lines: List[str], names: List[str]) -> bool:
    return any(_names_block(line, name) for name in names[1:] for line in lines)


def _names_block(line: str, name: str) -> bool:
    return bool(re.match(r"\s*-\s*(story|rule):\s*[\"']?%s[\"']?\s*$" % re.escape(name), line))


def _is_path(word: str, path: str) -> bool:
    bare = word.strip("'\".,:;()").replace(os.sep, "/")
    return bare == path or bare.endswith("/" + path)


def _texts(folder: str) -> Dict[str, List[str]]:
    """Return the project's texts, its domain and data first looked for by `_search`."""
    found = {}
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in ("models", "base")]
        for name in files:
            if name.endswith(TEXTS):
                path = os.path.join(parent, name)
                with open(path, encoding="utf-8", errors="replace") as file:
                    found[os.path.relpath(path, folder).replace(os.sep, "/")] = file.read().splitlines()
    return found
