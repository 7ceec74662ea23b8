"""A copy of the source in which a test may plant what must not be there."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("analytics", "cart", "catalog", "inventory", "shop", "tests/architecture")
# What the program `lint-imports` does; called through Python, so that no path of an interpreter is too long for a file.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@dataclass(frozen=True, slots=True)
class Copy:
    """The Python files and the configuration of the checkers, in a directory of the test's own."""

    directory: Path

    def plant(self, path: str, text: str) -> None:
        """Add lines to a file, which is made, with its package, if it is not there yet."""
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        for package in file.relative_to(self.directory).parents:
            if package.name:
                (self.directory / package / "__init__.py").touch()
        with file.open("a", encoding="utf-8") as opened:
            opened.write(f"\n{text}\n")

    def lint_imports(self) -> subprocess.CompletedProcess[str]:
        return self._run("-c", LINT_IMPORTS, "--no-cache")

    def ruff(self, path: str) -> subprocess.CompletedProcess[str]:
        return self._run("-m", "ruff", "check", "--no-cache", "--output-format", "concise", path)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={"COLUMNS": "200", "PATH": "/usr/bin:/bin"},
        )


def copy_source(directory: Path) -> Copy:
    for package in PACKAGES:
        target = directory / package
        for file in (ROOT / package).rglob("*.py"):
            copied = target / file.relative_to(ROOT / package)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copied)
    (directory / "tests" / "__init__.py").touch()
    for name in (".importlinter", "pyproject.toml"):
        shutil.copyfile(ROOT / name, directory / name)
    return Copy(directory)
