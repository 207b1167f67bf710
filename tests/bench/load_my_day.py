"""30 people with My day open: closed-loop sessions that refresh the page, one process.

``python -m tests.bench.load_my_day --data DIR [--sessions 30] [--secs 40] [--think 5] [--hello]``: every session opens the page as the demo's
employee or mentor, then thinks (0.8 to 1.2 of ``--think`` seconds) and presses the refresh button; a rerun takes from the click to
the end of the script's run, answer included.  Prints p50, p95, CPU ms a rerun, and the machine's load.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import time
from pathlib import Path

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lib.serving import wake
from tests.bench.beside import hello
from tests.conftest import HOME, free_port, start_app

BUTTONS = ("刷新", "Refresh", "Next week")


class Session:
    """One browser tab that draws nothing."""

    def __init__(self, port: int, page: str, query: str):
        self.port, self.page, self.query = port, page, query
        self.button = self.fragment = ""

    def _ask(self) -> BackMsg:
        asked = BackMsg()
        asked.rerun_script.query_string, asked.rerun_script.page_name = self.query, self.page
        return asked

    async def open(self) -> None:
        """The first load; finds the button."""
        self.line = await websockets.connect(f"ws://127.0.0.1:{self.port}/_stcore/stream", origin=f"http://127.0.0.1:{self.port}",
                                             subprotocols=["streamlit"], max_size=None, ping_interval=None, proxy=None, compression=None)
        await self.line.send(self._ask().SerializeToString())
        await self._answer(look=True)
        assert self.button, "the refresh button was not drawn"

    async def press(self) -> None:
        """One rerun."""
        asked = self._ask()
        asked.rerun_script.fragment_id = self.fragment
        state = asked.rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = self.button, True
        await self.line.send(asked.SerializeToString())
        await self._answer()

    async def _answer(self, look: bool = False) -> None:
        while True:
            data = await asyncio.wait_for(self.line.recv(), 60)
            if not look and len(data) > 400:
                continue  # the picture itself is not decoded: the client stays cheap
            told = ForwardMsg()
            told.ParseFromString(data)
            kind = told.WhichOneof("type")
            element = told.delta.new_element if kind == "delta" else None
            if element is not None and element.WhichOneof("type") == "exception":
                raise RuntimeError(element.exception.message[:200])
            if look and element is not None and element.WhichOneof("type") == "button" and element.button.label in BUTTONS:
                self.button, self.fragment = element.button.id, told.delta.fragment_id
            # 2: this run was cut short and another follows; while opening, the landing page leads on to the asked one
            if kind == "script_finished" and told.script_finished in (0, 3) and (not look or self.button):
                return


async def measure(port: int, pid: int, page: str, queries: list[str], sessions: int, secs: float, think: float) -> None:
    """Open the sessions, let them press, print what it took."""
    tabs = [Session(port, page, queries[number % len(queries)]) for number in range(sessions)]
    for first in range(0, sessions, 5):
        await asyncio.gather(*(tab.open() for tab in tabs[first:first + 5]))
    took: list[float] = []
    begun = time.perf_counter()

    async def use(tab: Session) -> None:
        await asyncio.sleep(random.uniform(0, think))
        while time.perf_counter() - begun < secs:
            at = time.perf_counter()
            await tab.press()
            took.append(time.perf_counter() - at)
            await asyncio.sleep(think * random.uniform(0.8, 1.2))

    server = psutil.Process(pid)
    cpu = sum(server.cpu_times()[:2])
    await asyncio.gather(*(use(tab) for tab in tabs))
    cpu = sum(server.cpu_times()[:2]) - cpu
    took.sort()
    print(f"{page or 'hello':8} sessions {sessions}  reruns {len(took)}  p50 {took[len(took) // 2] * 1000:.0f} ms  p95 {took[int(len(took) * 0.95)] * 1000:.0f} ms  "
          f"max {took[-1] * 1000:.0f} ms  CPU {1000 * cpu / len(took):.0f} ms a rerun  load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    for tab in tabs:
        await tab.line.close()


def main() -> None:
    """Serve the app (and with ``--hello`` the floor), and measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=HOME / "data")
    options.add_argument("--sessions", type=int, default=30)
    options.add_argument("--secs", type=float, default=40)
    options.add_argument("--think", type=float, default=5)
    options.add_argument("--hello", action="store_true", help="measure the floor too, in the same run")
    chosen = options.parse_args()
    random.seed(1)
    port = free_port()
    app = start_app(chosen.data.resolve(), port)
    try:
        assert wake(port)
        asyncio.run(measure(port, app.pid, "my_day", ["role=employee&lang=zh", "role=mentor&lang=zh"], chosen.sessions, chosen.secs, chosen.think))
    finally:
        app.terminate()
        app.wait(10)
    if chosen.hello:
        with hello() as (floor, server):
            asyncio.run(measure(floor, server.pid, "", [""], chosen.sessions, chosen.secs, chosen.think))


if __name__ == "__main__":
    main()
