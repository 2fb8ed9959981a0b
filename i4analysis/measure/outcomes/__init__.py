"""Which relays led to an outcome: a dossier an outcome, with a verdict in fixed words."""

from i4analysis.measure.outcomes.outcomes import GRADES, Dossier, Dossiers, dossiers
from i4analysis.measure.outcomes.traces import find_traces

__all__ = ["GRADES", "Dossier", "Dossiers", "dossiers", "find_traces"]
