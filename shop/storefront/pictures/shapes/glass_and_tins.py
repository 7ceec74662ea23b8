"""Bottles, jars, tins and tubes. The tone is the colour of what is inside."""

from shop.storefront.pictures.labels import label
from shop.storefront.pictures.strokes import Paint, block, oval, path, rect, solid

SHINE = "#ffffff66"


def bottle(paint: Paint) -> str:
    top = paint.dice.between("shoulder", 84, 104)
    body = (
        f"M106 52H134V{top - 22}C136 {top} 164 {top} 164 {top + 26}V194Q164 204 154 204"
        f"H86Q76 204 76 194V{top + 26}C76 {top} 104 {top} 106 {top - 22}Z"
    )
    return (
        solid(body, paint.tone)
        + rect(84, top + 22, 6, 86, SHINE, 3)
        + label(paint, 80, 124, 80, 62)
        + block(102, 30, 36, 28, paint.palette.body, 5)
        + rect(102, 52, 36, 4, "#0003")
    )


def wide_bottle(paint: Paint) -> str:
    """Milk, juice, liquid soap: a short neck on a broad body."""
    body = "M98 58H142V76C166 86 176 102 176 122V192Q176 204 164 204H76Q64 204 64 192V122C64 102 74 86 98 76Z"
    return (
        solid(body, paint.tone)
        + rect(74, 112, 6, 76, SHINE, 3)
        + label(paint, 78, 114, 84, 72)
        + block(92, 36, 56, 26, paint.palette.body, 6)
    )


def jar(paint: Paint) -> str:
    glass = "M66 76H174C186 84 190 92 190 104V188Q190 204 174 204H66Q50 204 50 188V104C50 92 54 84 66 76Z"
    inside = "M60 104C60 98 180 98 180 104V186Q180 196 170 196H70Q60 196 60 186Z"
    lid = paint.dice.throw("lid", 2)
    checks = (
        "".join(rect(64 + 16 * n, 48, 8, 30, "#ffffff3d") for n in range(7)) if lid else rect(60, 62, 120, 4, "#0002")
    )
    return (
        path(glass, "#ffffffb3")
        + path(inside, paint.tone)
        + path(glass, "url(#s)")
        + rect(62, 104, 7, 84, SHINE, 3)
        + label(paint, 78, 108, 84, 76)
        + block(58, 46, 124, 34, paint.palette.body, 8)
        + checks
    )


def tin(paint: Paint) -> str:
    return (
        path("M58 76V188C58 210 182 210 182 188V76Z", "#c9ced3")
        + path("M58 86V178C58 200 182 200 182 178V86C182 106 58 106 58 86Z", paint.palette.body)
        + path("M58 150V172C58 194 182 194 182 172V150C182 172 58 172 58 150Z", paint.palette.accent)
        + label(paint, 86, 104, 68, 74)
        + path("M58 76V188C58 210 182 210 182 188V76Z", "url(#s)")
        + oval(120, 76, 62, 19, "#e6eaed")
        + oval(120, 76, 53, 14, "#c9ced3")
        + oval(120, 72, 18, 6, "none", 'stroke="#8b949c" stroke-width="3"')
    )


def flat_tin(paint: Paint) -> str:
    """Sardines, anchovies."""
    return (
        path("M34 130V172C34 206 206 206 206 172V130Z", paint.palette.deep)
        + path("M34 130V172C34 206 206 206 206 172V130Z", "url(#s)")
        + oval(120, 130, 86, 44, "#e6eaed")
        + oval(120, 129, 78, 38, paint.palette.body)
        + oval(120, 129, 64, 29, paint.palette.accent)
        + label(paint, 86, 102, 68, 54)
    )


def spray(paint: Paint) -> str:
    body = "M88 100C70 116 66 138 66 160V190Q66 204 80 204H160Q174 204 174 190V160C174 138 170 116 152 100Z"
    return (
        path("M92 42H154Q166 42 166 54V64H128V78H108V66L90 66Q84 54 92 42Z", paint.palette.accent)
        + path("M78 50H94V62H78Z", paint.palette.deep)
        + path("M112 66H100Q94 82 86 90L92 94Q104 84 112 66Z", paint.palette.deep)
        + block(104, 76, 32, 26, paint.palette.deep, 4)
        + solid(body, paint.tone)
        + label(paint, 80, 118, 80, 74)
    )


def pump(paint: Paint) -> str:
    return (
        path("M112 40H152Q164 40 164 54V58H146V54H128V72H112Z", paint.palette.deep)
        + block(100, 70, 40, 20, paint.palette.accent, 5)
        + block(70, 88, 100, 116, paint.tone, 20)
        + label(paint, 82, 108, 76, 76)
    )


def tube(paint: Paint) -> str:
    return (
        path("M70 40H170L158 172H82Z", paint.palette.paper)
        + path("M76 92H165L158 172H82Z", paint.palette.body)
        + path("M70 40H170L158 172H82Z", "url(#s)")
        + rect(66, 34, 108, 12, paint.palette.accent, 3)
        + label(paint, 92, 62, 56, 88)
        + block(92, 172, 56, 32, paint.palette.deep, 6)
    )
