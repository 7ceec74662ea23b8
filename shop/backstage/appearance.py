"""How the admin looks: name, colours and style sheets, as unfold takes them.

The settings read it before any app is there. So it imports no model, and what it names by a path waits for a request.
"""

from typing import Any, Final

from django.templatetags.static import static

# Lightness, chroma and hue of unfold's eleven steps: the shop's green, and a grey that is as warm as its paper.
_STEPS = ("50", "100", "200", "300", "400", "500", "600", "700", "800", "900", "950")
_GREEN = zip((97, 94, 88, 80, 71, 62, 45, 40, 34, 29, 22), (15, 30, 50, 75, 95, 95, 80, 70, 60, 48, 38), strict=True)
_GREY = zip(
    (98.5, 97, 92.3, 86.9, 71, 52, 44.4, 37.4, 26.8, 21.6, 15), (2, 3, 5, 6, 10, 13, 11, 10, 8, 7, 5), strict=True
)

APPEARANCE: Final[dict[str, Any]] = {
    "SITE_TITLE": "Larder",
    "SITE_HEADER": "Larder",
    "SITE_SUBHEADER": "Behind the counter",
    "SITE_ICON": lambda request: static("storefront/larder.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("storefront/larder.svg")},
    ],
    "STYLES": [
        lambda request: static("backstage/backstage.css"),
        lambda request: static("backstage/narrow.css"),
        lambda request: static("backstage/without_scripts.css"),
    ],
    "DASHBOARD_CALLBACK": "shop.backstage.dashboard.dashboard",
    "SIDEBAR": {"navigation": "shop.backstage.sidebar.navigation"},
    "COLORS": {
        "primary": {
            step: f"oklch({light}% .{chroma:03} 160)" for step, (light, chroma) in zip(_STEPS, _GREEN, strict=True)
        },
        "base": {step: f"oklch({light}% .{chroma:03} 75)" for step, (light, chroma) in zip(_STEPS, _GREY, strict=True)},
    },
}
