"""Appeals: who asked for help, with what wording, and how the movement answered."""

from i4analysis.arguments import answer
from i4analysis.measure.appeals.appeals import (
    COLUMNS,
    Service,
    TemplateEffects,
    audit,
    classify,
    error_rate,
    rules_table,
    sample_to_label,
    service,
    template_effects,
)

__all__ = [
    "COLUMNS",
    "Service",
    "TemplateEffects",
    "audit",
    "classify",
    "error_rate",
    "rules_table",
    "sample_to_label",
    "service",
    "template_effects",
]

answer(__name__)
