"""A learner's story: goals, courses taken, skills and their own words, private until they share it."""
