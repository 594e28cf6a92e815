"""The images of infra/containers, built where no registry of images answers: on Debian's packages and our Pythons.

The container files are built as they are; only their build argument PYTHON names another base image than Docker's.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
RELEASE = "bookworm"
LIBRARIES = (
    "ca-certificates libbz2-1.0 libexpat1 libffi8 liblzma5 libncursesw6 libreadline8 libsqlite3-0 libssl3 zlib1g"
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", "site-packages", "test", "tests", "idlelib", "config-*")
NEEDED = ("podman", "runc", "debootstrap", "catatonit")
INSTALL_DIRECTLY = ("/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")
"""How this machine reaches the index of packages: seen by the builds, kept in no image."""
LIMITS = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
runtime = "runc"
"""
"""Inside another container or a small virtual machine nobody may raise limits, as podman does by default."""


class Image(NamedTuple):
    """One container file, and the environment of this repository whose interpreter it is built on."""

    name: str
    folder: str
    environment: str


RASA = Image("parlance-rasa", "rasa", ".venv-rasa")
ACTIONS = Image("parlance-actions", "action-server", ".venv-rasa")
GIT = Image("parlance-git", "git", ".venv")
BRIDGE = Image("parlance-bridge", "bridge", ".venv")


def run(*command: str) -> str:
    """Run a command; its output, or an error that ends with it."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}"
    return done.stdout


def build(image: Image) -> None:
    """Build an image from its container file."""
    mounts = [f"--volume={path}:{path}:ro" for path in INSTALL_DIRECTLY if Path(path).exists()]
    place = f"infra/containers/{image.folder}/Containerfile"
    options = ["--pull=never", "--network=host", f"--build-arg=PYTHON={base(image.environment)}", *mounts]
    run("podman", "build", *options, f"--file={place}", f"--tag={image.name}", ".")


def base(environment: str) -> str:
    """The base image with an environment's own Python; made once, and anew after `podman rmi`."""
    asked = "import sys; print(sys.base_prefix, '%d.%d' % sys.version_info[:2])"
    prefix, version = run(str(ROOT / environment / "bin" / "python"), "-c", asked).split()
    name = f"localhost/parlance-python:{version}"
    if subprocess.run(["podman", "image", "exists", name], check=False).returncode:
        with tempfile.TemporaryDirectory(prefix="parlance-base-") as folder:
            fill(Path(folder), Path(prefix), f"python{version}")
            pack(folder, name)
    return name


def fill(root: Path, prefix: Path, python: str) -> None:
    """Install Debian's smallest system, and in it a Python that was made to be moved (pyenv's, uv's)."""
    assert prefix not in (Path("/usr"), Path("/usr/local")), f"{prefix} is the system's: take pyenv's or uv's {python}"
    root.chmod(0o755)
    run("debootstrap", "--variant=minbase", f"--include={LIBRARIES.replace(' ', ',')}", RELEASE, str(root))
    home = root / "usr/local"
    shutil.copytree(prefix / "lib" / python, home / "lib" / python, ignore=LEFT_OUT, symlinks=True)
    for library in (prefix / "lib").glob("libpython*.so*"):
        shutil.copy2(library, home / "lib", follow_symlinks=False)
    shutil.copy2(prefix / "bin" / python, home / "bin" / python)
    for name in ("python", "python3"):
        (home / "bin" / name).symlink_to(python)
    run("chroot", str(root), "/sbin/ldconfig")
    run("chroot", str(root), "/usr/local/bin/python", "-m", "ensurepip")


def pack(root: str, name: str) -> None:
    """Make an image of a folder."""
    places = ("./dev/*", "./proc/*", "./sys/*", "./var/cache/apt/*", "./var/lib/apt/lists/*")
    tar = subprocess.Popen(
        ["tar", "-C", root, *(f"--exclude={place}" for place in places), "-c", "."], stdout=subprocess.PIPE
    )
    subprocess.run(["podman", "import", "--change=ENV LANG=C.UTF-8", "-", name], stdin=tar.stdout, check=True)
    assert tar.wait() == 0
