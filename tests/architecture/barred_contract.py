"""A contract: some modules must not import some others.

Unlike import-linter's own `forbidden` and `protected`, it takes name patterns and minds no missing module, so that it
stands before the code does.

    importers    patterns of those who must not; `apart_from_importers` may
    imported     patterns of what they must not import; `apart_from_imported` they may
    indirectly   true: not through a chain of other modules either
"""

from dataclasses import dataclass

import grimp
from importlinter import Contract, ContractCheck, fields, output

from tests.architecture.names import modules_of


@dataclass(frozen=True, slots=True)
class Breach:
    """The modules from importer to imported, and the lines of the first import."""

    chain: tuple[str, ...]
    lines: tuple[int, ...]

    def __str__(self) -> str:
        where = ", ".join(f"line {line}" for line in self.lines)
        return f"{' -> '.join(self.chain)} ({where})"


class BarredContract(Contract):
    """Broken if any importer reaches any of the imported; a module may always import itself."""

    importers = fields.ListField(subfield=fields.StringField())
    apart_from_importers = fields.ListField(subfield=fields.StringField(), default=[])
    imported = fields.ListField(subfield=fields.StringField())
    apart_from_imported = fields.ListField(subfield=fields.StringField(), default=[])
    indirectly = fields.BooleanField(default=False)

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        importers = modules_of(graph, matching=self.importers, apart_from=self.apart_from_importers)  # type: ignore[arg-type]
        imported = modules_of(graph, matching=self.imported, apart_from=self.apart_from_imported)  # type: ignore[arg-type]
        breaches = [
            breach
            for importer in importers
            for target in imported
            if importer != target and (breach := self._breach(graph, importer, target))
        ]
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for breach in check.metadata["breaches"]:
            output.print_error(str(breach), bold=False)

    def _breach(self, graph: grimp.ImportGraph, importer: str, target: str) -> Breach | None:
        if self.indirectly:
            chain = graph.find_shortest_chain(importer=importer, imported=target)
        else:
            direct = graph.direct_import_exists(importer=importer, imported=target)
            chain = (importer, target) if direct else None
        if chain is None:
            return None
        details = graph.get_import_details(importer=chain[0], imported=chain[1])
        return Breach(tuple(chain), tuple(detail["line_number"] for detail in details))
