"""A page's tags, for tests that ask about its parts."""

from html.parser import HTMLParser


class Outline(HTMLParser):
    """The tags of a page, each with its attributes, in order; `links` are (words, address) of what can be followed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.links: list[tuple[str, str]] = []
        self._address: str | None = None
        self._words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self._address, self._words = dict(attrs).get("href"), ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address is not None:
            self.links.append((" ".join(self._words.split()), self._address))
            self._address = None

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def link(self, words: str) -> str:
        """The address of the first link whose words begin like this."""
        return next(address for said, address in self.links if said.startswith(words))
