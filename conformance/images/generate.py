"""One small drawing in every kind of file that is read, and what Pillow makes of it. See README.md."""

import base64
import io
import json
import os
import sys

import numpy
from PIL import Image, ImageDraw, ImageOps

SIZE = (24, 17)


def drawing():
    across, down = numpy.meshgrid(numpy.linspace(0, 255, SIZE[0]), numpy.linspace(255, 0, SIZE[1]))
    image = Image.fromarray(numpy.stack([across, down, 255 - across / 2], -1).astype("uint8"))
    draw = ImageDraw.Draw(image)
    draw.ellipse((3, 3, 15, 13), outline=(250, 20, 10), width=2)
    return image


def transparent():
    image = drawing().convert("RGBA")
    image.putalpha(Image.fromarray(numpy.linspace(0, 255, SIZE[0] * SIZE[1]).reshape(SIZE[1], SIZE[0]).astype("uint8")))
    return image


def turned(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def film():
    return [drawing().rotate(60 * i, fillcolor=(255, 255, 255)).convert("P") for i in range(4)]


def files():
    rgb = drawing()
    grey = rgb.convert("L")
    yield "rgb.png", rgb, {}
    yield "rgba.png", transparent(), {}
    yield "grey.png", grey, {}
    yield "grey-alpha.png", transparent().convert("LA"), {}
    yield "palette.png", rgb.convert("P", palette=Image.Palette.ADAPTIVE, colors=200), {}
    yield "palette4.png", rgb.convert("P", palette=Image.Palette.ADAPTIVE, colors=12), {"bits": 4}
    yield "palette-transparent.png", rgb.convert("P", palette=Image.Palette.ADAPTIVE, colors=7), {"transparency": 3}
    yield "bits.png", rgb.convert("1"), {}
    yield "turned.png", rgb, {"exif": turned(6)}
    yield "rgb.bmp", rgb, {}
    yield "palette.bmp", rgb.convert("P", palette=Image.Palette.ADAPTIVE, colors=200), {}
    yield "rgb.jpg", rgb, {"quality": 90}
    yield "progressive.jpg", rgb, {"quality": 90, "progressive": True}
    yield "fine.jpg", rgb, {"quality": 95, "subsampling": 0}
    yield "grey.jpg", grey, {"quality": 90}
    yield "cmyk.jpg", rgb.convert("CMYK"), {"quality": 95}
    for orientation in range(2, 9):
        yield f"turned{orientation}.jpg", rgb, {"quality": 95, "subsampling": 0, "exif": turned(orientation)}
    yield "rgb.gif", rgb.convert("P", palette=Image.Palette.ADAPTIVE, colors=64), {}
    yield "lossless.webp", rgb, {"lossless": True}
    yield "lossless-alpha.webp", transparent(), {"lossless": True, "exact": True}
    yield "lossy.webp", rgb, {"quality": 90}


def shown(data):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    rgba = image.convert("RGBA") if image.mode != "CMYK" else image.convert("RGB").convert("RGBA")
    white = Image.new("RGBA", rgba.size, (255, 255, 255))
    return Image.alpha_composite(white, rgba).convert("RGB")


def main(target):
    expected = {}
    for name, image, options in files():
        data = io.BytesIO()
        image.save(data, {"jpg": "JPEG"}.get(name.split(".")[1], name.split(".")[1].upper()), **options)
        with open(os.path.join(target, name), "wb") as file:
            file.write(data.getvalue())
        rgb = shown(data.getvalue())
        expected[name] = {"width": rgb.width, "height": rgb.height, "rgb": base64.b64encode(rgb.tobytes()).decode()}
    frames = film()
    path = os.path.join(target, "film.gif")
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100, disposal=1)
    with Image.open(path) as gif:
        shots = []
        for index in range(gif.n_frames):
            gif.seek(index)
            shots.append(base64.b64encode(gif.convert("RGB").tobytes()).decode())
    with open(os.path.join(target, "expected.json"), "w", encoding="utf-8") as file:
        json.dump({"images": expected, "film": shots}, file)
        file.write("\n")
    print(f"{len(expected)} files with Pillow {Image.__version__}")


if __name__ == "__main__":
    main(sys.argv[1])
