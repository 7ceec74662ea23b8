"""The mistake of a flush that keeps no ledger, for controls: a batch is counted whatever the ledger says of its id."""

from typing import Final

from analytics import flushing

_KNOWN: Final = "ON CONFLICT (batch) DO NOTHING"
assert _KNOWN in flushing._LEDGER
WITHOUT_LEDGER: Final = flushing._LEDGER.replace(
    _KNOWN, "ON CONFLICT (batch) DO UPDATE SET counters = EXCLUDED.counters"
)
