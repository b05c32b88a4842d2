"""What supervisord reads: one section a program.

Every program is kept running: one that dies is started again at once; one that cannot start is tried again after 1, 2, 3, …
seconds, without an end, because what it lacks (disk, memory) may come back at night. `up` starts them one after the other, so
none starts by itself. Where supervisord must be root for the database's sake, what is ours still runs as who called.
"""

import getpass
import os
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from host.layout import Layout
from host.processes import MARK
from host.programs import Program
from schemas.errors import MachineError
from schemas.sources import write_private

LOG_BYTES = 10 * 1024 * 1024
LOG_FILES = 5
RETRIES = 1_000_000
EARLY_S = 5  # what ends so soon after its start could not start: long enough to import everything and open a port

BASE = """\
[unix_http_server]
file = {socket}
chmod = 0700
{chown}
[supervisord]
logfile = {logs}/supervisord.log
logfile_maxbytes = {bytes}
logfile_backups = {files}
pidfile = {pid}
childlogdir = {logs}
umask = 022
identifier = gatehouse
{user}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""

PROGRAM = """
[program:{name}]
command = {command}
directory = {directory}
environment = {environment}
{user}priority = {rank}
autostart = false
autorestart = true
startsecs = {early}
startretries = {retries}
stopsignal = {stop_signal}
stopwaitsecs = {stop_s}
stopasgroup = false
killasgroup = true
redirect_stderr = true
stdout_logfile = {logs}/{name}.log
stdout_logfile_maxbytes = {bytes}
stdout_logfile_backups = {files}
"""


def needs_root(programs: Iterable[Program]) -> bool:
    """Whether supervisord must be root for one of them."""
    return os.geteuid() == 0 or any(program.as_root for program in programs)


def configure(layout: Layout, programs: Sequence[Program]) -> None:
    """Write what supervisord reads; private, though it holds no password."""
    mine = os.geteuid() == 0 or not needs_root(programs)  # as whom supervisord runs is who we are
    base = BASE.format(
        socket=_folder(str(layout.socket)),
        chown="" if mine else f"chown = {getpass.getuser()}",
        logs=_folder(str(layout.logs)),
        bytes=LOG_BYTES,
        files=LOG_FILES,
        pid=_folder(str(layout.supervisor_pid)),
        user="user = root" if needs_root(programs) else "",
    )
    me = "" if mine else f"user = {getpass.getuser()}\n"
    sections = [_section(layout, program, "" if program.as_root else me) for program in programs]
    write_private(layout.supervisor_config, base + "".join(sections))


def _section(layout: Layout, program: Program, user: str) -> str:
    environment = {"HOME": str(Path.home()), **program.environment, MARK: str(layout.local)}
    return PROGRAM.format(
        name=program.name,
        command=_escaped(shlex.join(program.argv)),
        directory=_folder(str(program.directory)),
        environment=",".join(f"{key}={_quoted(value)}" for key, value in environment.items()),
        user=user,
        rank=program.rank,
        retries=RETRIES,
        early=EARLY_S,
        stop_signal=program.stop_signal,
        stop_s=program.stop_s,
        logs=_folder(str(layout.logs)),
        bytes=LOG_BYTES,
        files=LOG_FILES,
    )


def _escaped(value: str) -> str:
    """Without supervisor's expansions (%) and ini's comments ( ;)."""
    if "\n" in value or " ;" in value:
        raise MachineError(f"The path {value!r} cannot be written into supervisord's configuration: use another folder.")
    return value.replace("%", "%%")


def _folder(value: str) -> str:
    """A path where supervisor expands some values once and others twice, so that no escape is right for all."""
    if "%" in value:
        raise MachineError(f"supervisord cannot work in {value!r} for its percent sign: use another folder.")
    return _escaped(value)


def _quoted(value: str) -> str:
    if '"' in value:
        raise MachineError(f"The path {value!r} holds a quotation mark: use another folder.")
    return f'"{_escaped(value)}"'
