"""Careers: occupations by name, what is known about the work, and how learners rate finding their way."""
