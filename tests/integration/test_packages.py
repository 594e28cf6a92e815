"""Packages: what is in them, and that the same contents give the same bytes."""

import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from infra.package.archive import fingerprint, write_zip
from infra.package.build import build_all
from infra.package.contents import FUNCTIONS, PACKAGES, ROOT
from infra.package.failure import PackageError
from infra.package.target import here, locked_requirements

UNCHECKED_HASH = b"\x01\x00\x00\x00"
UNZIPPED_LIMIT = 250 * 1024 * 1024


def quiet(_what, _share):
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("packages")


@pytest.fixture(scope="module")
def packages(folder):
    """Every package as an open zip, by name."""
    build = build_all(here(), folder, quiet)
    return {package.name: zipfile.ZipFile(folder / build.parameters[package.parameter]) for package in PACKAGES}


def test_the_same_contents_give_the_same_bytes(folder, packages, tmp_path):
    again = build_all(here(), tmp_path, quiet)

    for package in PACKAGES:
        name = again.parameters[package.parameter]
        assert (folder / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_a_second_build_finds_everything(folder, packages):
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    start = time.perf_counter()

    build_all(here(), folder, quiet)

    assert time.perf_counter() - start < 30  # 0.1 s where nothing else runs
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_packages_of_earlier_builds_go(folder, packages):
    (folder / "api-0123456789abcdef.zip").touch()

    build_all(here(), folder, quiet)

    assert not (folder / "api-0123456789abcdef.zip").exists()


def test_a_changed_file_a_new_name_and_another_interpreter_change_the_fingerprint(tmp_path):
    source = tmp_path / "a.py"
    source.write_text("one = 1\n")
    first = fingerprint([("a.py", source)], "3.13")

    names = {first, fingerprint([("b.py", source)], "3.13"), fingerprint([("a.py", source)], "3.12")}
    source.write_text("one = 2\n")
    names.add(fingerprint([("a.py", source)], "3.13"))

    assert len(names) == 4


def test_chalice_comes_without_its_tooling(packages):
    chalice = {
        name for name in packages["web"].namelist() if name.startswith("python/chalice/") and name.endswith(".py")
    }

    assert chalice == {"python/chalice/__init__.py", "python/chalice/app.py"}
    assert not any("botocore" in name or "boto3" in name for zipped in packages.values() for name in zipped.namelist())


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_module_has_bytecode_that_is_never_checked(packages, package):
    zipped = packages[package.name]
    names = set(zipped.namelist())

    for name in names:
        if name.endswith(".py"):
            parent, _, module = name.rpartition("/")
            compiled = f"{parent}/__pycache__/{module[:-3]}.{sys.implementation.cache_tag}.pyc"
            assert compiled in names or "templates" in name, name
            assert zipped.read(compiled)[4:8] == UNCHECKED_HASH


def test_the_functions_keep_their_path_and_fit_into_lambda(packages):
    layers = sum(size(packages[name]) for name in ("core", "data", "web"))

    for name in FUNCTIONS:
        assert f"functions/{name}/app.py" in packages[name].namelist()
        assert all(part.startswith(f"functions/{name}/") for part in packages[name].namelist()) or name == "migrate"
        assert size(packages[name]) + layers < UNZIPPED_LIMIT


def test_handlers_import_from_the_packages_alone(packages, tmp_path):
    """boto3 is Lambda's own; here it comes from this environment, behind the packages."""
    for name in ("core", "data", "web"):
        packages[name].extractall(tmp_path / "opt")
    for name in FUNCTIONS:
        packages[name].extractall(tmp_path / name)
        where = [str(tmp_path / name), str(tmp_path / "opt" / "python")]
        program = (
            f"import sys; sys.path[:0] = {where}; import functions.{name}.app as app, parlance, sqlalchemy, chalice; "
            "print([module.__file__ for module in (app, parlance, sqlalchemy, chalice)])"
        )
        done = subprocess.run(
            [sys.executable, "-P", "-c", program], cwd="/", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.count(str(tmp_path)) == 4, done.stdout


def test_an_interrupted_build_leaves_no_half_package(tmp_path):
    def files():
        yield "a.py", Path(__file__)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_zip(tmp_path / "a.zip", files(), mount="/opt", bytecode=True)

    assert not (tmp_path / "a.zip").exists()


def test_the_lock_file_pins_all_that_is_shipped():
    lock = (ROOT / "requirements.lock").read_text()
    names = tuple(name for package in PACKAGES for name in package.third_party)

    wanted = locked_requirements(lock, names)

    assert wanted.count("==") == len(names)
    assert wanted.count("--hash=sha256:") >= len(names)
    with pytest.raises(PackageError, match="does not pin no-such-package"):
        locked_requirements(lock, ("no-such-package",))


def size(zipped):
    return sum(info.file_size for info in zipped.infolist())
