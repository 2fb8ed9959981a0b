"""The columns of what the measures return, for the dictionary of `data/README.md`."""

from __future__ import annotations

from i4analysis.ledgers import dictionary_markdown
from i4analysis.measure.appeals.appeals import COLUMNS
from i4analysis.measure.appeals.service import GROUPS, SUMMARY
from i4analysis.measure.appeals.tagging import SUGGESTED
from i4analysis.measure.appeals.template_effects import EFFECTS as TEMPLATE_EFFECTS
from i4analysis.measure.compare.compare import APART, COMPARED
from i4analysis.measure.coordination.coordination import PAIRS
from i4analysis.measure.graph.graph import EDGES, NODES
from i4analysis.measure.graph.groups import COMMUNITIES, STANDING
from i4analysis.measure.members.contagion import EXPOSURE, SHUFFLE
from i4analysis.measure.members.curves import COMPOSITION, CURVE, INTERVALS, UNSEEN
from i4analysis.measure.members.growth import CURVES, GROWTH
from i4analysis.measure.members.published import MEANS
from i4analysis.measure.outcomes.outcomes import CHAIN, VERDICTS
from i4analysis.measure.outcomes.routes import PATHS, RELAYS
from i4analysis.measure.outcomes.traces import CHANCE, TRACES
from i4analysis.measure.push.push import EFFECTS
from i4analysis.measure.reach.reach import CONCENTRATION, REACH, WANTED
from i4analysis.measure.relays.lanes import MENTIONS
from i4analysis.measure.relays.passages import BROKERS, GENERATIONS
from i4analysis.measure.relays.probabilities import TABLE
from i4analysis.measure.relays.tables import INFLUENCE, SHAPE
from i4analysis.tables import Table

#: Function of the front door → the tables that it returns.
MEASURES: dict[str, tuple[Table, ...]] = {
    "members.adoption": (CURVE, INTERVALS, UNSEEN, COMPOSITION),
    "members.growth": (GROWTH, CURVES),
    "members.exposure": (EXPOSURE,),
    "members.contagion_test": (SHUFFLE,),
    "reach.followers_summed": (REACH, WANTED, MEANS),
    "reach.concentration": (CONCENTRATION,),
    "appeals.classify": (COLUMNS,),
    "appeals.service": (SUMMARY, GROUPS),
    "appeals.template_effects": (TEMPLATE_EFFECTS,),
    "tagging.suggest": (SUGGESTED,),
    "push.media_effects": (EFFECTS,),
    "coordination.pairs": (PAIRS,),
    "outcomes.dossiers": (VERDICTS, CHAIN, TRACES, CHANCE, RELAYS, PATHS),
    "graph.reshare_edges": (EDGES,),
    "graph.reshare_graph": (NODES,),
    "relays.standing": (STANDING,),
    "relays.communities": (COMMUNITIES,),
    "relays.parent_probabilities": (TABLE,),
    "relays.relay_influence": (INFLUENCE,),
    "relays.cascade_shapes": (SHAPE,),
    "relays.generations": (GENERATIONS,),
    "relays.brokers": (BROKERS,),
    "relays.lanes": (MENTIONS,),
    "compare": (COMPARED, APART),
}


def markdown() -> str:
    """Return the dictionary of tables, ledgers and measures as Markdown, for `data/README.md`."""
    groups_of = {
        f"What `i4.{name}` returns": {table.name: table for table in found}
        for name, found in MEASURES.items()
    }
    return dictionary_markdown(groups_of)
