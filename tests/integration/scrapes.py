"""What a scrape of /metrics brings, by Prometheus's own parser."""

from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scraped(client: Client) -> Samples:
    page = client.get("/metrics")
    assert page.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page.content.decode())
        for sample in family.samples
    }


def one(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def names(samples: Samples) -> set[str]:
    return {name for name, _ in samples}


def buckets(samples: Samples, name: str, **labels: str) -> list[tuple[float, float]]:
    """Upper bounds and counts, in order."""
    wanted = frozenset(labels.items())
    found = [(dict(has), count) for (sample, has), count in samples.items() if sample == f"{name}_bucket"]
    return sorted((float(has.pop("le")), count) for has, count in found if wanted <= set(has.items()))
