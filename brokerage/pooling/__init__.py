"""Pooled demand: learners who wish for the same get an offer together, and the more of them come the less each pays."""
