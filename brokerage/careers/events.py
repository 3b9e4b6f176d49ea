"""What happens to figures and ratings, as the ledger's events: ids and numbers only."""

from ledger import EventKind

FIGURES_LOADED = EventKind("labour_market.loaded", fields={"new", "changed"})
RATED = EventKind("career_skills.rated", fields={"learner", "goal", "shared"})
