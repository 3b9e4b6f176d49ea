"""The learner's story: what they tell of themselves, whom they show it to, and taking it along."""

from django.urls import path

from web.learner.story import badges, goals, pages, pieces, plans, rating, sharing, taking

app_name = "story"
urlpatterns = [
    path("", pages.story, name="story"),
    path("words/", pages.words, name="words"),
    path("skills/new/", pages.new_skill, name="new-skill"),
    path("skills/<uuid:pk>/", pages.skill, name="skill"),
    path("goals/new/", goals.new, name="new-goal"),
    path("goals/<uuid:pk>/", goals.goal, name="goal"),
    path("goals/<uuid:pk>/change/", goals.change, name="change-goal"),
    path("goals/<uuid:pk>/reached/", goals.reach, name="reach-goal"),
    path("goals/<uuid:pk>/steps/<uuid:step>/", goals.tick, name="tick-step"),
    path("goals/<uuid:pk>/together/", plans.together, name="together"),
    path("goals/<uuid:pk>/plan/", plans.plan, name="plan"),
    path("goals/<uuid:pk>/plan/aim/", plans.aim, name="aim"),
    path("goals/<uuid:pk>/plan/options/new/", plans.option, name="option"),
    path("goals/<uuid:pk>/plan/ask/", plans.ask, name="ask"),
    path("goals/<uuid:pk>/plan/skills/", rating.skills, name="career-skills"),
    path("files/new/", pieces.new, name="new-piece"),
    path("files/<uuid:pk>/", pieces.download, name="piece"),
    path("remove/<slug:kind>/<uuid:pk>/", pages.remove, name="remove"),
    path("share/", sharing.shares, name="shares"),
    path("share/new/", sharing.new, name="share"),
    path("share/<uuid:pk>/end/", sharing.end, name="end-share"),
    path("export/", taking.export, name="export"),
    path("courses/<uuid:pk>/badge/", badges.badge, name="badge"),
]
