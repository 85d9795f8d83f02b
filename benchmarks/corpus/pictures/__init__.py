"""Pictures by name: `ct:nodules`, or `2x2 chest:clear ct histology lines:crp` for panels."""

import io
import re
from collections.abc import Callable
from random import Random

from PIL import Image

from benchmarks.corpus.pictures import charts, diagrams, scans, signals, studies, tissue
from benchmarks.corpus.pictures.canvas import grid, reduce

Draw = Callable[[Random, str], Image.Image]
PICTURES: dict[str, Draw] = {
    draw.__name__: draw
    for draw in (
        scans.chest, scans.ct, scans.brain, scans.echo,
        tissue.histology, tissue.ihc, tissue.fluor, tissue.skin, tissue.fundus, tissue.blot,
        signals.ecg, signals.pedigree,
        charts.bars, charts.lines, charts.scatter, charts.box,
        studies.km, studies.forest, studies.funnel, studies.roc, studies.heatmap,
        diagrams.flow, diagrams.tablepicture,
    )
}  # fmt: skip
FLAT = {"bars", "lines", "km", "forest", "roc", "scatter", "box", "heatmap", "funnel", "flow",
        "pedigree", "ecg", "tablepicture"}  # fmt: skip
"""Pictures of few colours, which a palette keeps well and small."""


def picture(spec: str, seed: str) -> Image.Image:
    """Draws a picture; `seed` makes two of the same spec differ.

    >>> picture("lines:crp", "a").size
    (380, 300)
    """
    shape = re.match(r"(\d)x(\d)(-?) ", spec)
    if not shape:
        return _one(spec, seed)
    names = spec.split()[1:]
    panels = [_one(name, f"{seed}/{n}") for n, name in enumerate(names)]
    return grid(panels, int(shape[1]), letters=not shape[3])


def _one(spec: str, seed: str) -> Image.Image:
    name, _, variant = spec.partition(":")
    return reduce(PICTURES[name](Random(f"{seed} {spec}"), variant))


def encode(spec: str, seed: str, file: str, *, small: bool = False) -> bytes:
    """The picture as a file; its kind is that of the name's ending.

    `NAME-16bit.tif` has 16 bits a pixel, `NAME-cmyk.jpg` four inks; `small` makes a thumbnail.
    """
    image = picture(spec, seed)
    flat = all(part.split(":")[0] in FLAT for part in spec.split() if not part[0].isdigit())
    if small:
        image.thumbnail((140, 140))
    out = io.BytesIO()
    ending = file.rpartition(".")[2].lower()
    if "16bit" in file:
        wide = image.convert("L").resize((image.width // 2, image.height // 2)).convert("I;16")
        wide.point(lambda v: v * 200 + 900).save(out, "TIFF", compression="tiff_lzw")
    elif ending in ("jpg", "jpeg"):
        mode = "CMYK" if "cmyk" in file else "L" if image.mode == "L" else "RGB"
        quality = 45 if mode == "CMYK" else 72
        image.convert(mode).save(out, "JPEG", quality=quality, optimize=True)
    elif ending == "png":
        shown = image.convert("RGB").quantize(48) if flat else image
        shown.save(out, "PNG", optimize=True)
    elif ending == "gif":
        image.convert("RGB").quantize(64).save(out, "GIF")
    elif ending == "webp":
        image.convert("RGB").save(out, "WEBP", quality=70, method=6)
    elif ending in ("tif", "tiff"):
        image.convert("RGB").quantize(32).save(out, "TIFF", compression="tiff_lzw")
    else:
        raise ValueError(f"no format for {file}")
    return out.getvalue()
