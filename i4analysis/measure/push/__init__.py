"""Media: which articles and broadcasts were followed by more posts than the usual rhythm."""

from i4analysis.arguments import answer
from i4analysis.measure.push.push import MediaEffects, event_study, media_effects

__all__ = ["MediaEffects", "event_study", "media_effects"]

answer(__name__)
