"""Cheese, butter, eggs and what comes in cups."""

from shop.storefront.pictures.labels import label, letters
from shop.storefront.pictures.strokes import Paint, ball, block, orb, oval, path, rect, solid


def wedge(paint: Paint) -> str:
    holes = paint.dice.between("holes", 3, 6)
    spots = ((88, 164, 10), (134, 152, 7), (164, 172, 9), (112, 184, 6), (62, 178, 6), (176, 144, 5))[:holes]
    return (
        path("M36 138L152 84C184 92 202 112 206 138Z", paint.tone)
        + path("M36 138L152 84C184 92 202 112 206 138Z", "#fff5")
        + path("M36 138H206V194Q206 204 196 204H46Q36 204 36 194Z", paint.tone)
        + path("M36 138H206V194Q206 204 196 204H46Q36 204 36 194Z", "url(#s)")
        + "".join(oval(x, y, radius, radius * 0.9, "#0000001f") for x, y, radius in spots)
        + path("M152 84C184 92 202 112 206 138L196 138C190 116 174 100 146 87Z", paint.palette.body)
        + rect(196, 138, 10, 66, paint.palette.body, 4)
        + path("M126 112L146 60L152 64L134 112Z", "#caa26a")
        + path("M146 60L196 52L190 66L198 80L150 76Z", paint.palette.accent)
        + letters(paint, 172, 66, 17, "#fff")
    )


def soft_wheel(paint: Paint) -> str:
    """A round cheese with a wedge cut out."""
    return (
        path("M40 132V178C40 216 200 216 200 178V132Z", "#e9dfc6")
        + path("M40 132V178C40 216 200 216 200 178V132Z", "url(#s)")
        + oval(120, 132, 80, 30, "#fbf6e8")
        + path("M120 132L176 153C162 159 144 162 124 162Z", paint.tone)
        + path("M120 132L124 162V206C112 206 100 204 90 202L90 160Z", paint.tone, 'opacity="0"')
        + path("M120 132L176 153V192L120 172Z", paint.tone)
        + path("M120 132V172L124 206V162Z", "#0002")
        + label(paint, 62, 146, 48, 46)
    )


def tub(paint: Paint) -> str:
    """Yoghurt, cream, spreadable cheese."""
    body = "M58 96H182L168 194Q166 204 156 204H84Q74 204 72 194Z"
    return (
        solid(body, "#fbfaf6")
        + path("M64 138H176L168 194Q166 204 156 204H84Q74 204 72 194Z", paint.palette.body)
        + path(body, "url(#s)")
        + label(paint, 84, 112, 72, 76)
        + block(50, 80, 140, 18, paint.palette.accent, 7)
        + rect(50, 92, 140, 4, "#0002")
    )


def butter(paint: Paint) -> str:
    """A packet, its end unwrapped."""
    return (
        path("M40 144L64 116H214L196 144Z", paint.palette.accent)
        + path("M196 144L214 116V172L196 204Z", paint.palette.deep)
        + block(40, 144, 156, 60, paint.palette.body, 3)
        + path("M40 144L64 116H96L76 144V204H43Q40 204 40 200Z", paint.tone)
        + path("M40 144H76V204H43Q40 204 40 200Z", "#ffffff44")
        + label(paint, 96, 148, 82, 52)
    )


def eggs(paint: Paint) -> str:
    """A box of six, open."""
    lid = "M36 76Q36 64 48 64H192Q204 64 204 76L198 136H42Z"
    row = "".join(
        ball(
            f"M{x} 100C{x + 15} 100 {x + 22} 128 {x + 22} 144C{x + 22} 168 {x - 22} 168 {x - 22} 144"
            f"C{x - 22} 128 {x - 15} 100 {x} 100Z",
            paint.tone,
        )
        for x in (72, 120, 168)
    )
    cups = "M34 142H206L196 196Q194 204 186 204H54Q46 204 44 196Z"
    return (
        path(lid, paint.palette.deep)
        + path("M46 78Q46 74 50 74H190Q194 74 194 78L190 130H50Z", paint.palette.body)
        + row
        + path(cups, paint.palette.body)
        + path(
            "M34 142Q54 162 72 162Q96 162 96 148Q108 162 120 162"
            "Q144 162 144 148Q156 162 168 162Q188 162 206 142L204 154H36Z",
            paint.palette.deep,
        )
        + path(cups, "url(#s)")
        + label(paint, 92, 164, 56, 36)
    )


def ice_cream(paint: Paint) -> str:
    """A tub with two scoops on it."""
    body = "M58 118H182L168 194Q166 204 156 204H84Q74 204 72 194Z"
    return (
        orb(94, 92, 38, 36, paint.tone)
        + orb(146, 92, 38, 36, "#f6e4c8")
        + orb(120, 66, 34, 32, paint.palette.accent)
        + path("M150 30L168 24L182 92L168 92Z", "#c98f4a")
        + solid(body, paint.palette.body)
        + label(paint, 86, 130, 68, 64)
        + block(52, 108, 136, 14, paint.palette.deep, 6)
    )
