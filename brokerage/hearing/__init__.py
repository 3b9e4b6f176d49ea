"""Hearing: what learners say of guidance, and what became of them after a course. See `docs/hearing.md`."""
