"""Talking: how a learner and an adviser come to talk, and the one record of it that goes with the learner."""
