"""Careers: occupations by name, what is known about the work, and how learners rate their skills at finding their way."""
