"""Run the netbank's pages and the SFTP server in one process, on one state and one clock.

Loopback unless told otherwise: a simulated bank has no business on a network.
"""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path

from werkzeug.serving import BaseWSGIServer, make_server

from simulator import NOTICE, delivery, file_server
from simulator import state as bank_state
from simulator.netbank import app as netbank
from simulator.refusal import Malformed, Refused


def address(text: str, name: str) -> tuple[str, int]:
    """Read HOST:PORT, or PORT alone for this machine only."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise Malformed(
            f"{name} {text!r}: write it as 127.0.0.1:8088; port 0 takes a free one."
        )
    return host or "127.0.0.1", int(port)


def run(folder: Path, http: str, sftp: str, *, as_json: bool) -> None:
    """Serve until a signal comes."""
    state = bank_state.open_bank(folder)
    try:
        delivery.go_on(state)
    finally:
        state.connection.close()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    asyncio.run(_serve(folder, address(http, "--http"), address(sftp, "--sftp"), as_json))


async def _serve(
    folder: Path, http: tuple[str, int], sftp: tuple[str, int], as_json: bool
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    application = netbank.create(folder)
    # Bound here and not by the server, which prints and exits when a port is in use.
    with _bound(http, "--http") as web:
        port = web.getsockname()[1]
        pages = make_server(*http, application, threaded=True, fd=web.fileno())
    try:
        listener, fingerprint = await file_server.listen(folder, *sftp)
    except OSError as error:
        raise Refused(f"--sftp {sftp[0]}:{sftp[1]}: {_why(error)}.") from None
    where = {
        "http": f"http://{http[0]}:{port}/",
        "sftp": f"{sftp[0]}:{listener.get_port()}",
        "host_key": fingerprint,
    }
    application.extensions["bank"].update(sftp=where["sftp"], host_key=fingerprint)
    _tell(where, as_json=as_json)
    thread = threading.Thread(target=pages.serve_forever, daemon=True)
    thread.start()
    await stop.wait()
    _end(pages, thread)
    listener.close()


def _bound(where: tuple[str, int], name: str) -> socket.socket:
    try:
        return socket.create_server(where, backlog=64)
    except OSError as error:
        raise Refused(f"{name} {where[0]}:{where[1]}: {_why(error)}.") from None


def _why(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)


def _tell(where: dict[str, str], *, as_json: bool) -> None:
    """Say where the bank is; one line of JSON, for a program that waits for it."""
    if as_json:
        line = json.dumps(where)
    else:
        line = (
            f"{NOTICE}\n  netbank   {where['http']}\n  SFTP      {where['sftp']}"
            f"\n  host key  {where['host_key']}\n  stop with Ctrl-C"
        )
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _end(pages: BaseWSGIServer, thread: threading.Thread) -> None:
    pages.shutdown()
    thread.join(timeout=5)
    pages.server_close()
