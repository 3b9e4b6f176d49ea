"""Advocacy: an adviser asks a provider for something on a learner's behalf, once the learner has said yes to it."""
