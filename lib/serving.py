"""Serving: start Streamlit on 127.0.0.1 and wake the app once.

Until ``app.py`` has run for the first time, Streamlit answers an address such as ``/glance`` with the bare page file, which only
defines its page and shows nothing.  One first visit to ``/`` from here, and every address works for everybody after.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

HOME = Path(__file__).parents[1]


def wake(port: int, patience: float = 60.0) -> bool:
    """Run the app's front door once over its own websocket; True when it answered within ``patience`` seconds."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from websockets.sync.client import connect

    begin = BackMsg()
    begin.rerun_script.query_string = ""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            with connect(f"ws://127.0.0.1:{port}/_stcore/stream", origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
                         subprotocols=["streamlit"], max_size=None, proxy=None) as line:  # type: ignore[list-item]
                line.send(begin.SerializeToString())
                from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
                while time.monotonic() < until:
                    message = ForwardMsg()
                    message.ParseFromString(line.recv(timeout=20))  # type: ignore[arg-type]
                    if message.WhichOneof("type") == "script_finished":
                        return True
        except (OSError, TimeoutError):
            time.sleep(0.2)
    return False


def serve(port: int, data: Path) -> int:
    """Serve the app until it is stopped; returns the exit code of the server."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            print(f"port {port} is taken; stop what runs there or choose another: python -m lib serve --port {port + 1}", file=sys.stderr)
            return 1
    command = [sys.executable, "-m", "streamlit", "run", str(HOME / "app.py"), "--server.port", str(port), "--server.address", "127.0.0.1"]
    server = subprocess.Popen(command, cwd=HOME, env=os.environ | {"KANJIAN_DATA": str(Path(data).resolve())})
    threading.Thread(target=wake, args=(port,), daemon=True).start()
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        return server.wait()
