"""ImageHash's phash: the hash of each image file, and the CPU seconds that all took."""

import json
import sys
import time

import imagehash
from PIL import Image

Image.MAX_IMAGE_PIXELS = None
hashes = []
started = time.process_time()
for path in json.load(sys.stdin):
    with Image.open(path) as image:
        hashes.append(str(imagehash.phash(image)))
print(json.dumps({"hashes": hashes, "seconds": time.process_time() - started}))
