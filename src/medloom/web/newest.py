"""A collection may be built anew while it is served: the next request sees the last build."""

import asyncio
from typing import Any

from medloom.collection.collection import Collection
from medloom.collection.manifest import Manifest


class Newest:
    """An ASGI layer that opens the last finished build before a page is made."""

    def __init__(self, app: Any, state: Any) -> None:
        self.app = app
        self.state = state

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Look which build is the last one, then go on."""
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            await asyncio.to_thread(self._look)
        await self.app(scope, receive, send)

    def _look(self) -> None:
        held = self.state.collection
        manifest = Manifest.load(held.store)
        if manifest and manifest.finished and manifest.finished != _number(held):
            self.state.collection = Collection(held.uri)


def _number(collection: Collection) -> int | None:
    return collection.record["run"] if collection.complete else None
