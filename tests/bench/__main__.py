"""`make bench`: private servers, a shop of 1,000 products, and the report on it; `--quick` measures less often."""

import subprocess
import sys

from rich.console import Console

from tests.bench.servers import seeded_shop

PRODUCTS = 1000

if __name__ == "__main__":
    with Console().status("Starting servers and seeding 1,000 products"), seeded_shop(products=PRODUCTS):
        subprocess.run([sys.executable, "-m", "tests.bench.report", *sys.argv[1:]], check=True)
