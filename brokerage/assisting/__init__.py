"""A plan: what a learner and their adviser want to get to, in learning and in work, and who does what by when."""
