"""
The HTTP side of a process: probes, one log line a request, and a stop that drops nothing.

An `answer(path)` gives the status and the JSON of a GET request.
"""

import json
import os
import signal
import socket
import sys
import threading
import time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable
from urllib.parse import unquote, urlsplit

Answer = Callable[[str], "tuple[int, dict]"]
PROBES = ("/healthz", "/readyz")

stopping = threading.Event()


def log(level: str, message: str, **fields: object) -> None:
    """One JSON line on stdout (factor XI)."""
    moment = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = json.dumps({"time": moment, "level": level, "message": message, **fields})
    # One write, so that lines of several threads do not mix; flushed, because stdout is not a terminal.
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def serve(answer: Answer, headers: "dict[str, str] | None" = None) -> None:
    """Listens on PORT until SIGTERM or SIGINT, finishes what is in flight, and returns."""
    port = int(os.environ["PORT"])
    # HOST is set where only one interface may listen, as on a developer's machine; a container listens on all.
    server = Server((os.environ.get("HOST", ""), port), handler_for(answer, headers or {}))
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stopping.set())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
    log("info", "listening", port=port)

    stopping.wait()
    log("info", "stopping")
    server.shutdown()
    server.server_close()
    log("info", "stopped")


class Server(ThreadingHTTPServer):
    # Ordinary threads: server_close() waits for those that still answer a request.
    daemon_threads = False
    request_queue_size = 128

    def server_bind(self) -> None:
        # Not HTTPServer's own: that looks the host's name up, which can take seconds, for a name nobody uses.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]


def handler_for(answer: Answer, headers: "dict[str, str]") -> "type[BaseHTTPRequestHandler]":
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # What would tell strangers the version of Python.
        server_version, sys_version = "python", ""
        # For the whole request to arrive: a silent client must not hold a thread, nor the stop, for longer.
        timeout = 5

        def do_GET(self) -> None:
            started = time.monotonic()
            path = unquote(urlsplit(self.path).path)
            try:
                status, value = probe(path) or answer(path)
            except Exception as error:  # the boundary: whatever went wrong, the client gets an answer
                log("error", "request failed", path=path, error=repr(error))
                status, value = 500, {"error": "Something went wrong on our side."}
            body = (json.dumps(value) + "\n").encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            # A thread waits for the next request of its connection, and the stop would wait for the thread.
            self.send_header("Connection", "close")
            for name, text in headers.items():
                self.send_header(name, text)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
            if path not in PROBES:
                log(
                    "info",
                    "request",
                    method=self.command,
                    path=path,
                    status=status,
                    milliseconds=round((time.monotonic() - started) * 1000),
                    requestId=self.headers.get("X-Request-Id"),
                )

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            """The line above says it already."""

    return Handler


def probe(path: str) -> "tuple[int, dict] | None":
    """Alive and ready depend on this process alone, never on a service behind it."""
    if path == "/healthz":
        return 200, {"status": "alive"}
    if path == "/readyz":
        return (503, {"status": "stopping"}) if stopping.is_set() else (200, {"status": "ready"})
    return None
