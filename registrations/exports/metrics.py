"""Numbers in the text format of Prometheus, version 0.0.4. Every one is a gauge: it goes up and down."""

from collections.abc import Iterable

from registrations.services.metrics import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def prometheus_text(metrics: Iterable[Metric]) -> str:
    """Return a file of metrics, those of one name standing together."""
    lines: list[str] = []
    name = ""
    for metric in metrics:
        if metric.name != name:
            name = metric.name
            lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} gauge"]
        lines.append(f"{name}{_labels(metric.labels)} {metric.value:.15g}")
    return "\n".join([*lines, ""])


def _labels(labels: dict[str, str]) -> str:
    """Slugs and words of the code hold nothing that would have to be escaped."""
    pairs = ",".join(f'{key}="{value}"' for key, value in labels.items() if value)
    return f"{{{pairs}}}" if pairs else ""
