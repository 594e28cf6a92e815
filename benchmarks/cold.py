"""Cold starts: size of every package, import time of every function from its packages, deployment time.

`python -m benchmarks.cold` prints the figures and writes them to build/bench.json under `cold`. Import times are those
of a fresh interpreter that sees the function's own zip and its layers before anything else, as in Lambda; boto3 comes
from the environment, as it does there. `interpreter_ms` (`python -c pass`) is part of each of them. Much is imported on
first use only, so the API's first answer over the emulator's API Gateway is measured too, beside its later ones.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from contextlib import contextmanager
from pathlib import Path

from benchmarks import report
from infra.deploy import Deployment, deploy
from infra.package.build import build_all
from infra.package.contents import FUNCTIONS, PACKAGES
from infra.package.target import here
from tests.support import emulator as emulators
from tests.support import postgres as servers

ROUNDS = 7
GOAL_MS = 350
LAYERS = ("core", "data", "web")


def main():
    """Measure and report."""
    with tempfile.TemporaryDirectory(prefix="parlance-cold-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL runs as another user below it
        figures = {**packages(folder), **imports(folder), **deployment(folder), "goal_ms": GOAL_MS}
    report.write("cold", figures)
    print(json.dumps(figures, indent=2))


def packages(folder):
    """Build everything, twice; return sizes and times."""
    first, build = timed(lambda: build_all(here(), folder / "build" / "here", quiet))
    again, _build = timed(lambda: build_all(here(), folder / "build" / "here", quiet))
    sizes = {}
    for package in PACKAGES:
        zipped = folder / "build" / "here" / build.parameters[package.parameter]
        with zipfile.ZipFile(zipped) as archive:
            archive.extractall(folder / package.name)
            unzipped = sum(member.file_size for member in archive.infolist())
        sizes[package.name] = {
            "zip_kb": round(zipped.stat().st_size / 1024, 1),
            "unzipped_kb": round(unzipped / 1024, 1),
        }
    return {"build_s": round(first, 2), "build_again_s": round(again, 3), "packages": sizes}


def imports(folder):
    """Return the median import time of each function, rounds interleaved so that all meet the same weather."""
    programs = {"": "pass"}
    for name in FUNCTIONS:
        places = [str(folder / name), *(str(folder / layer / "python") for layer in LAYERS)]
        programs[name] = f"import sys; sys.path[:0] = {places}; import functions.{name}.app"
    spent = {name: [] for name in programs}
    for _round in range(ROUNDS):
        for name, program in programs.items():
            spent[name].append(timed(lambda program=program: run(program))[0] * 1000)
    medians = {name: round(statistics.median(times), 1) for name, times in spent.items()}
    return {"interpreter_ms": medians.pop(""), "import_ms": medians}


def run(program):
    """Run a fresh interpreter."""
    subprocess.run([sys.executable, "-P", "-c", program], cwd="/", check=True)


def deployment(folder):
    """Deploy to an emulator, twice; return the times, and those of the API's answers."""
    with deployed(folder) as (_url, address, again, first):
        answers = [timed(lambda: urllib.request.urlopen(f"{address}/api/version").read())[0] * 1000 for _ in range(21)]
        second, _outputs = timed(again)
    api = {"first_answer_ms": round(answers[0], 1), "later_answer_ms": round(statistics.median(answers[1:]), 1)}
    return {"deploy_s": round(first, 2), "deploy_again_s": round(second, 2), "api": api}


@contextmanager
def deployed(folder):
    """Deploy; gives the emulator's address, the API's, what deploys once more, and how many seconds it took."""
    (folder / "ui").mkdir()
    (folder / "ui" / "index.html").write_text("<!doctype html>")
    with cloud(folder) as (url, parameters):
        wanted = Deployment(endpoint=url, parameters=parameters, ui=folder / "ui", build=folder / "build")
        first, outputs = timed(lambda: deploy(wanted, quiet))
        address = f"{url}/restapis/{outputs['RestApiId']}/{outputs['ApiStage']}/_user_request_"
        yield url, address, lambda: deploy(wanted, quiet), first


@contextmanager
def cloud(folder):
    """An emulator and a PostgreSQL of our own; gives the address and the template's parameters."""
    server = servers.create(folder)
    running = emulators.start(folder)
    try:
        yield running["url"], parameters(running["url"], server)
    finally:
        emulators.stop(running)
        server.stop()


def parameters(url, server):
    """Put the database's secret into the emulator and return what the template asks for."""
    import boto3

    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    secrets = boto3.client("secretsmanager", endpoint_url=url, **keys)
    arn = secrets.create_secret(Name="database", SecretString=json.dumps(server.secret("postgres")))["ARN"]
    fixed = {"FrontDoor": "false", "PublicUrl": "http://localhost:5002", "RasaCount": "0", "ActionsCount": "0"}
    return {**fixed, "DatabaseSecret": arn, "TrackerDatabaseSecret": arn}


def timed(work):
    """Return how many seconds `work` took, and its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def quiet(_what, _share):
    """Progress that nobody watches."""


if __name__ == "__main__":
    main()
