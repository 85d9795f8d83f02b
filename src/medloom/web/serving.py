"""Run the application: bind, print the link, serve until Ctrl-C."""

import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec

from medloom.errors import CollectionError, MissingExtraError

_NEEDED = ("fastapi", "jinja2", "multipart", "uvicorn")


def serve(
    uri: str, host: str, port: int, announce: Callable[[str], None], *, open_browser: bool = False
) -> None:
    """Show a collection until the process is interrupted; `announce` is called with each link.

    Raises MissingExtraError where the packages of the extra `serve` are not there, CollectionError
    where there is no collection or the port is taken.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"medloom serve needs {', '.join(missing)}: pip install 'medloom[serve]'"
        )
    import uvicorn  # noqa: PLC0415 - an extra

    from medloom.web.app import create_app  # noqa: PLC0415 - an extra
    from medloom.web.settings import LOOPBACK, Settings  # noqa: PLC0415

    settings = Settings(hosts=tuple(dict.fromkeys([*LOOPBACK, *_names(host)])))
    app = create_app(uri, settings)
    bound = _bind(host, port)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    place = f"http://{f'[{shown}]' if ':' in shown else shown}:{bound.getsockname()[1]}/"

    def tell(token: str) -> None:
        announce(f"{place}?token={token}")

    settings.announce = tell
    tell(settings.token)
    if open_browser:
        webbrowser.open(f"{place}?token={settings.token}")
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off", ws="none")
    with suppress(KeyboardInterrupt):  # uvicorn has closed all, and raises it again
        uvicorn.Server(config).run(sockets=[bound])


def _names(host: str) -> list[str]:
    """The names by which others may call a server that listens on an address."""
    if host in ("0.0.0.0", "::"):
        return [socket.gethostname().lower(), *_addresses()]
    return [host.lower()]


def _addresses() -> list[str]:
    try:
        return sorted({str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None)})
    except OSError:
        return []


def _bind(host: str, port: int) -> socket.socket:
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(kind, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(128)  # who comes before all is loaded, waits
    except (OSError, OverflowError) as error:
        bound.close()
        raise CollectionError(
            f"cannot listen on {host} port {port}: {error}; try --port 0"
        ) from error
    bound.set_inheritable(True)
    return bound
