"""GET /api/caches: what the caches of the answering process do."""

from django.http import HttpRequest
from ninja import Field, Router, Schema

from shop.caching import registry

router = Router(tags=["backstage"])


class CacheOut(Schema):
    """The counts are those of the process that answers, since it started. Times are in seconds unless named `_ms`."""

    name: str
    pattern: str = Field(examples=["cache-aside"])
    schema_version: int = Field(description="Of the cached shape; entries of another one are not read.")
    ttl: float = Field(description="How long an entry is fresh.")
    jitter: float = Field(description="Share of the TTL by which entries differ.")
    stale_grace: float = Field(description="How much longer a value may be shown while somebody reloads it.")
    negative_ttl: float = Field(description="How long it is believed that a row does not exist.")
    local_ttl: float = Field(description="How long a process keeps its own copy; 0 means not at all.")
    hits: int
    local_hits: int = Field(description="Those of them that the answering process had a copy of.")
    misses: int
    stale: int
    errors: int = Field(description="Reads that the cache failed, and the database answered.")
    skips: int = Field(description="Reads that did not ask the cache, because it fails.")
    bypasses: int = Field(description="Reads that did not ask the cache, on purpose.")
    writes: int = Field(description="Writes through the cache.")
    lost_writes: int = Field(description="Those of them that it did not take; it is repaired from the change log.")
    hit_ratio: float | None = Field(description="0 to 1; null before the first read.")
    p50_ms: float | None
    p99_ms: float | None
    breaker: str = Field(description="closed, open or half-open.")


@router.get("/caches", response=list[CacheOut], url_name="caches", summary="A row a cache")
def caches(request: HttpRequest) -> list[CacheOut]:
    return [CacheOut.model_validate(row | {"schema_version": row["schema"]}) for row in registry.rows()]
