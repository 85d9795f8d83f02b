"""A small driver of headless Chromium over its debugging pipe: no socket, no other package."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_SECONDS = 60


def program() -> str | None:
    """The browser that is installed here, if any."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


class Browser:
    """A page in a browser of its own, with an empty profile."""

    def __init__(self, profile: Path, *, width: int = 1280, height: int = 860) -> None:
        self._numbers = itertools.count(1)
        self._events: list[dict[str, Any]] = []
        self._rest = b""
        self._start(profile)
        target = self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.do(f"{domain}.enable")
        self.resize(width, height)

    def _start(self, profile: Path) -> None:
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        flags = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-dev-shm-usage", "--disable-background-networking",
            "--hide-scrollbars", "--remote-debugging-pipe", f"--user-data-dir={profile}",
        ]  # fmt: skip
        # The browser speaks on the descriptors 3 and 4.
        shell = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", shell, str(program()), *flags],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(20)
        os.close(self._in)
        os.close(self._out)

    def _call(self, method: str, values: dict[str, Any], session: str | None = None) -> Any:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": values}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._events.append(answer)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            part = os.read(self._in, 1 << 20)
            if not part:
                raise RuntimeError("the browser is gone")
            self._rest += part
        one, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(one)
        return found

    def do(self, method: str, **values: Any) -> Any:
        """Send a command of the DevTools protocol to the page; return its result."""
        return self._call(method, values, self._session)

    def resize(self, width: int, height: int) -> None:
        """Give the page another size."""
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def scheme(self, name: str) -> None:
        """Prefer `light` or `dark`."""
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.do("Emulation.setEmulatedMedia", features=features)

    def go(self, url: str) -> None:
        """Open a page and wait until it is there."""
        self.run("window.__old = true")
        self.do("Page.navigate", url=url)
        self.settle()

    def settle(self) -> None:
        """Wait for the page that a link or a form leads to."""
        self.until("!window.__old && document.readyState === 'complete'")

    def click(self, selector: str) -> None:
        """Click on an element, as a mouse does."""
        self.until(f"!!document.querySelector({json.dumps(selector)})")
        place = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center'}); const b = e.getClientRects()[0];"
            "return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.do(
                "Input.dispatchMouseEvent",
                type=kind, x=place[0], y=place[1], button="left", clickCount=1,
            )  # fmt: skip

    def follow(self, selector: str) -> None:
        """Click on what leads to another page and wait for it."""
        self.run("window.__old = true")
        self.click(selector)
        self.settle()

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.do("Input.insertText", text=text)

    def press(self, key: str, code: int = 0, text: str = "") -> None:
        """Press a key."""
        held = {"key": key, "windowsVirtualKeyCode": code}
        self.do(
            "Input.dispatchKeyEvent", type="keyDown", **held, **({"text": text} if text else {})
        )
        self.do("Input.dispatchKeyEvent", type="keyUp", **held)

    def run(self, script: str) -> Any:
        """Run a script in the page (not bound by its policy); return its value."""
        found = self.do(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in found:
            raise RuntimeError(str(found["exceptionDetails"].get("exception", found))[:800])
        return found["result"].get("value")

    def until(self, script: str, seconds: float = _SECONDS) -> None:
        """Wait until a script gives true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.run(script) is True:
                    return
            except RuntimeError as error:
                if "context" not in str(error):  # the page is changing
                    raise
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}")

    def text(self, selector: str = "main") -> str:
        """The text of an element, as it is shown."""
        return str(self.run(f"document.querySelector({json.dumps(selector)}).innerText"))

    def url(self) -> str:
        """Where the page is."""
        return str(self.run("location.href"))

    def shot(self, path: Path, *, whole: bool = False) -> None:
        """Write a picture of the page."""
        made = self.do("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(made["data"]))

    def complaints(self) -> list[str]:
        """What the browser had to say: errors of scripts, refusals by the policy."""
        self.run("1")
        return [
            json.dumps(one["params"])
            for one in self._events
            if one.get("method") == "Runtime.exceptionThrown"
            or (
                one.get("method") == "Log.entryAdded" and one["params"]["entry"]["level"] == "error"
            )
        ]
