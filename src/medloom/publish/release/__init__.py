"""Publish a collection as a release: files that others open without Medloom.

The last release in a folder stays whole until the next one is: new shards are written beside the
old ones, then the manifest is put in place, and only then are old shards deleted.
"""

from medloom.publish.release.publishing import Release, Settings, publish
from medloom.publish.release.reading import MANIFEST, check, read_manifest

__all__ = ["MANIFEST", "Release", "Settings", "check", "publish", "read_manifest"]
