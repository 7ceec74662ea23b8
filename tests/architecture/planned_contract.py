"""A contract: a package holds only what is planned for it, so that an unplanned file fails.

packages   the packages whose direct children are checked; one that does not exist yet is no error
plan       one line a name pattern: `*.queries: reads`. The reason is part of the plan, and shown to whoever breaks it
"""

from typing import Any

import grimp
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.contract import InvalidContractOptions

from tests.architecture.names import matches


class PlannedContract(Contract):
    """Broken by any module directly in one of the packages that matches no pattern of the plan."""

    packages = fields.ListField(subfield=fields.StringField())
    plan = fields.ListField(subfield=fields.StringField())

    def validate(self) -> None:
        """Raises InvalidContractOptions for a line without a reason."""
        lines: list[str] = self.plan  # type: ignore[assignment]
        for line in lines:
            pattern, _, reason = line.partition(": ")
            if not pattern or not reason.strip():
                raise InvalidContractOptions({"plan": f"{line!r} is not `pattern: reason`"})

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        packages: list[str] = self.packages  # type: ignore[assignment]
        lines: list[str] = self.plan  # type: ignore[assignment]
        patterns = [line.partition(": ")[0] for line in lines]
        unplanned = sorted(
            child
            for package in packages
            if package in graph.modules
            for child in graph.find_children(package)
            if not matches(child, patterns)
        )
        metadata: dict[str, Any] = {"unplanned": unplanned, "plan": lines}
        return ContractCheck(kept=not unplanned, metadata=metadata)

    def render_broken_contract(self, check: ContractCheck) -> None:
        for module in check.metadata["unplanned"]:
            output.print_error(f"{module} is not planned. What is:", bold=False)
        for line in check.metadata["plan"]:
            output.print_error(f"  {line}", bold=False)
