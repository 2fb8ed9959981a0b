"""Which relays led to an outcome: a dossier an outcome, with a verdict in fixed words."""

from i4analysis.arguments import answer
from i4analysis.measure.outcomes.outcomes import GRADES, Dossier, Dossiers, dossiers
from i4analysis.measure.outcomes.story import Story, story
from i4analysis.measure.outcomes.traces import find_traces

__all__ = ["GRADES", "Dossier", "Dossiers", "Story", "dossiers", "find_traces", "story"]

answer(__name__)
