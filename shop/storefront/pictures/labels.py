"""The label on a package: a form, a pattern, and the brand's letters."""

from shop.storefront.pictures.strokes import Paint, leaf, line, oval, path, rect


def label(paint: Paint, x: float, y: float, width: float, height: float) -> str:
    """A label in one of four forms, in the box given."""
    form = paint.dice.pick("label", (_ticket, _emblem, _banded, _framed))
    return form(paint, x, y, width, height)


def letters(paint: Paint, x: float, y: float, size: float, colour: str) -> str:
    """The brand's letters, centred on (x, y)."""
    return (
        f'<text x="{x}" y="{y + size * 0.35:.1f}" text-anchor="middle" font-family="Georgia,serif" font-weight="700"'
        f' font-size="{size:.1f}" fill="{colour}">{paint.mark}</text>'
    )


def _ticket(paint: Paint, x: float, y: float, width: float, height: float) -> str:
    palette, middle = paint.palette, x + width / 2
    size = min(width * 0.5, height * 0.42)
    return (
        rect(x, y, width, height, palette.paper, 4)
        + rect(x, y, width, height * 0.16, palette.accent, 4)
        + letters(paint, middle, y + height * 0.47, size, palette.deep)
        + _words(paint, middle, y + height * 0.76, width * 0.56)
    )


def _emblem(paint: Paint, x: float, y: float, width: float, height: float) -> str:
    palette, middle, centre = paint.palette, x + width / 2, y + height / 2
    radius = min(width, height) * 0.46
    return (
        oval(middle, centre, radius, radius, palette.paper)
        + f'<circle cx="{middle}" cy="{centre}" r="{radius - 4:.1f}" fill="none" stroke="{palette.accent}"'
        ' stroke-width="2.5"/>'
        + letters(paint, middle, centre - radius * 0.06, radius * 0.86, palette.deep)
        + leaf(middle, centre + radius * 0.58, radius * 0.3, -24, palette.accent)
        + leaf(middle, centre + radius * 0.58, radius * 0.3, 204, palette.accent)
    )


def _banded(paint: Paint, x: float, y: float, width: float, height: float) -> str:
    palette, middle = paint.palette, x + width / 2
    size = min(width * 0.5, height * 0.46)
    return (
        rect(x, y, width, height, palette.paper, 2)
        + _pattern(paint, x, y + height * 0.68, width, height * 0.32)
        + letters(paint, middle, y + height * 0.36, size, palette.deep)
    )


def _framed(paint: Paint, x: float, y: float, width: float, height: float) -> str:
    palette, middle = paint.palette, x + width / 2
    size = min(width * 0.46, height * 0.4)
    return (
        rect(x, y, width, height, palette.accent, 6)
        + rect(x + 4, y + 4, width - 8, height - 8, palette.paper, 4)
        + letters(paint, middle, y + height * 0.42, size, palette.deep)
        + _words(paint, middle, y + height * 0.72, width * 0.5)
    )


def _words(paint: Paint, middle: float, y: float, width: float) -> str:
    """Two lines of small print."""
    colour, shorter = paint.palette.body, width * paint.dice.between("words", 5, 8) / 10
    return line(f"M{middle - width / 2:.1f} {y:.1f}h{width:.1f}", colour, 3) + line(
        f"M{middle - shorter / 2:.1f} {y + 7:.1f}h{shorter:.1f}", colour, 2, 'opacity=".6"'
    )


def _pattern(paint: Paint, x: float, y: float, width: float, height: float) -> str:
    """Stripes, dots or waves along the foot of a label."""
    ground, ink = rect(x, y, width, height, paint.palette.accent), paint.palette.paper
    kind = paint.dice.throw("pattern", 3)
    if kind == 0:
        steps = [
            f"M{x + width * part / 6:.1f} {y:.1f}h{width / 12:.1f}v{height:.1f}h-{width / 12:.1f}Z" for part in range(6)
        ]
        return ground + path("".join(steps), ink, 'opacity=".55"')
    if kind == 1:
        dots = (oval(round(x + width * (part + 0.5) / 5, 1), y + height / 2, 3.2, 3.2, ink) for part in range(5))
        return ground + "".join(dots)
    step = width / 8
    waves = f"M{x:.1f} {y + height / 2:.1f}" + f"q{step / 2:.1f} -7 {step:.1f} 0t{step:.1f} 0" * 4
    return ground + line(waves, ink, 2.5)
