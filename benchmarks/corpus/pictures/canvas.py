"""What all pictures need: noise, soft shapes, text, and panels put together with their letters."""

from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

SCALE = 2
"""Pictures are drawn larger and reduced, so that lines are smooth."""

Point = tuple[float, float]


def noise(rng: Random, size: tuple[int, int], blur: float) -> Image.Image:
    """Grey noise of mean 128; a larger blur gives larger grains, stretched back to full contrast.

    The large grains are drawn small and enlarged: quick, and the same bytes every time.
    """
    step = max(1, round(blur))
    small = (max(2, size[0] // step), max(2, size[1] // step))
    grain = Image.frombytes("L", small, rng.randbytes(small[0] * small[1]))
    return grain.resize(size, Image.Resampling.BICUBIC)


def textured(rng: Random, image: Image.Image, *, fine: float, coarse: float) -> Image.Image:
    """The image with film grain (`fine`) and blotches (`coarse`), each a share of full scale."""
    for blur, share in ((1.0, fine), (14.0, coarse)):
        grain = noise(rng, image.size, blur).point(lambda v, s=share: int(128 + (v - 128) * s))
        if image.mode == "RGB":
            grain = Image.merge("RGB", (grain, grain, grain))
        image = ImageChops.add(image, grain, scale=1, offset=-128)
    return image


def glow(size: tuple[int, int], box: tuple[float, float, float, float], level: int,
         soft: float) -> Image.Image:  # fmt: skip
    """A soft ellipse on black, as a grey layer to add or to subtract."""
    layer = Image.new("L", size)
    ImageDraw.Draw(layer).ellipse(box, fill=level)
    return layer.filter(ImageFilter.GaussianBlur(soft))


def font(points: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(points * SCALE)


def reduce(image: Image.Image) -> Image.Image:
    """From drawing size to final size."""
    size = (image.width // SCALE, image.height // SCALE)
    return image.resize(size, Image.Resampling.LANCZOS)


def letter(image: Image.Image, words: str, *, dark: bool) -> None:
    """Burns a panel letter into the upper left corner: white in a black box, or black on white."""
    draw = ImageDraw.Draw(image)
    box = (6, 6, 28, 28)
    draw.rectangle(box, fill="black" if dark else "white", outline="white" if dark else "black")
    draw.text((17, 17), words, anchor="mm", font=ImageFont.load_default(16),
              fill="white" if dark else "black")  # fmt: skip


def grid(panels: list[Image.Image], columns: int, *, letters: bool, gap: int = 8) -> Image.Image:
    """Panels row by row on white, lettered A, B, C."""
    shown = [panel.convert("RGB") for panel in panels]
    width = max(panel.width for panel in shown)
    height = max(panel.height for panel in shown)
    rows = -(-len(shown) // columns)
    sheet = Image.new("RGB", (columns * (width + gap) - gap, rows * (height + gap) - gap), "white")
    for n, panel in enumerate(shown):
        if letters:
            letter(panel, chr(ord("A") + n), dark=_is_dark(panel))
        place = ((n % columns) * (width + gap), (n // columns) * (height + gap))
        sheet.paste(panel.resize((width, height)), place)
    return sheet


def _is_dark(panel: Image.Image) -> bool:
    corner = panel.crop((0, 0, 32, 32)).convert("L").resize((1, 1))
    value = corner.getpixel((0, 0))
    return isinstance(value, int) and value < 128
