"""Referral: an adviser passes a learner on to others who can help, with the learner's yes to exactly what is told."""
