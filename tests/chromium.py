"""A headless Chromium for tests, controlled over two pipes (DevTools protocol), without open ports or extra packages."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import time
from base64 import b64decode
from pathlib import Path
from types import TracebackType
from typing import Self

Json = dict[str, object]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60.0
"""The timeout for an answer, in seconds."""


def executable() -> str | None:
    """Return the path of the browser; None if there is none."""
    return next((path for path in map(shutil.which, NAMES) if path is not None), None)


class Chromium:
    """A browser with one page. `events` holds all messages that are not answers to commands."""

    def __init__(self, profile: Path, width: int = 1500, height: int = 1300) -> None:
        browser = executable()
        if browser is None:
            raise FileNotFoundError("no Chromium")
        self.events: list[Json] = []
        self._last = 0
        self._buffer = b""
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        flags = f"--headless=new --no-sandbox --disable-gpu --hide-scrollbars --remote-debugging-pipe --no-first-run --window-size={width},{height}"
        # The browser reads from descriptor 3 and writes to 4.
        launch = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (commands, answers)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", launch, *map(str, ends), browser, *flags.split(), f"--user-data-dir={profile}", "about:blank"],
            pass_fds=ends,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (commands, answers, *ends):
            os.close(end)
        try:
            self._attach()
        except BaseException:
            self._end()
            raise

    def _attach(self) -> None:
        """Attach to the page and enable its events."""
        targets = self._ask("Target.getTargets")["targetInfos"]
        assert isinstance(targets, list)
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = str(self._ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"])
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def _end(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        os.close(self._commands)
        os.close(self._answers)

    def ask(self, method: str, **parameters: object) -> Json:
        """Send a command to the page and return its result."""
        return self._ask(method, self._session, **parameters)

    def _ask(self, method: str, session: str | None = None, **parameters: object) -> Json:
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters, **({"sessionId": session} if session is not None else {})}
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._last:
                assert "error" not in answer, answer
                result = answer["result"]
                assert isinstance(result, dict)
                return result
            self.events.append(answer)

    def _receive(self) -> Json:
        until = time.monotonic() + PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], max(until - time.monotonic(), 0))
            if not ready:
                raise TimeoutError("the browser does not answer")
            received = os.read(self._answers, 1 << 16)
            if not received:
                raise EOFError("the browser exited")
            self._buffer += received
        message, _, self._buffer = self._buffer.partition(b"\0")
        loaded: Json = json.loads(message)
        return loaded

    def open(self, path: Path) -> None:
        """Open a file and wait until it is loaded."""
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._receive())

    def run(self, expression: str) -> object:
        """Return the value of a JavaScript expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        result = answer["result"]
        assert isinstance(result, dict)
        return result.get("value")

    def requested(self) -> list[str]:
        """Return the addresses that the page requested since it was opened, starting with its own."""
        addresses = []
        for event in self.events:
            if event["method"] == "Network.requestWillBeSent":
                parameters = event["params"]
                assert isinstance(parameters, dict)
                addresses.append(str(parameters["request"]["url"]))
        return addresses

    def complaints(self) -> list[Json]:
        """Return the console messages, security policy violations and script errors of the page."""
        return [event for event in self.events if event["method"] in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")]

    def screenshot(self, path: Path) -> None:
        """Save a screenshot as a PNG file."""
        path.write_bytes(b64decode(str(self.ask("Page.captureScreenshot")["data"])))
