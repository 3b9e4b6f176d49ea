"""What is kept here about a learner. See `config.personal`."""

from config.personal import Kept, Until, keeps

keeps(
    Kept("brokerage.Caseload", "learner", shows=("adviser__user__name", "adviser__organisation__name"), row=True),
    Kept(
        "brokerage.AdviserChange",
        "learner",
        shows=("former__user__name", "adviser__user__name"),
        row=True,
    ),
    # That a learner is of an adviser's family. Told by an address alone, it goes in `organisations.declaring.forget`.
    Kept("brokerage.Interest", "learner", shows=("adviser__user__name",), row=True),
    Kept(
        "brokerage.Request",
        "learner",
        shows=("run__course__title", "run__course__provider__name", "adviser__user__name"),
        words=("learner_note", "appeal_reason"),
        until=Until.ERASURE,
    ),
    Kept("brokerage.RequestedExtra", "request__learner"),
    # Guidance is between the learner and their adviser: no audit of money needs it.
    Kept("brokerage.Consultation", "learner", shows=("adviser__user__name",), words=("note",)),
    Kept("brokerage.Booking", "learner", shows=("slot__starts_at", "slot__adviser__user__name"), words=("about",)),
    Kept(
        "brokerage.CallBack",
        "learner",
        shows=("adviser__user__name",),
        words=("telephone", "good_times", "about"),
    ),
    Kept("brokerage.GuidanceEntry", "learner", shows=("adviser__user__name",), words=("words", "answers")),
    # Not on the learner's pages, and theirs all the same: whoever asks for everything gets it.
    Kept("brokerage.PrivateNote", "learner", shows=("adviser__user__name",), words=("words",)),
    Kept(
        "brokerage.Advocacy",
        "learner",
        shows=("adviser__user__name", "run__course__title", "run__course__provider__name"),
        words=("words", "answer"),
    ),
    Kept("brokerage.GoodWord", "learner", shows=("adviser__user__name",), words=("words",), until=Until.ERASURE),
    Kept(
        "brokerage.Referral",
        "learner",
        shows=("adviser__user__name", "organisation__name", "service__name"),
        hides=("token_hash",),
        words=("words", "name", "reach", "answer"),
    ),
    # Yes and no of what was said of guidance say nothing of who it was; what they wrote may.
    Kept("brokerage.GuidanceFeedback", "learner", shows=("organisation__name",)),
    Kept("brokerage.GuidanceRemark", "feedback__learner", row=True),
    # What somebody does half a year later is theirs alone: it counts no more once they have left.
    Kept("brokerage.Destination", "voucher__learner", shows=("voucher__run__course__title",), row=True),
    Kept("brokerage.TierChoice", "learner"),
    Kept("brokerage.Assistance", "learner", shows=("adviser__user__name",)),
    Kept("brokerage.AssistedAct", "assistance__learner"),
    Kept("brokerage.NotAssisted", "learner", row=True),
    Kept("brokerage.CallerCheck", "learner"),
    Kept(
        "brokerage.Decision",
        "request__learner",
        shows=("adviser__user__name",),
        words=("reasons",),
        until=Until.ERASURE,
    ),
    Kept("brokerage.Terms", "decision__request__learner", shows=("run__course__title",)),
    Kept("brokerage.TermsExtra", "terms__decision__request__learner"),
    Kept("brokerage.TrialAssignment", "learning_account__learner"),
    Kept("brokerage.Words", "learner", row=True),
    Kept("brokerage.Goal", "learner", row=True),
    Kept("brokerage.Step", "goal__learner", shows=("run__course__title",), row=True),
    Kept("brokerage.Plan", "goal__learner", row=True),
    Kept("brokerage.Option", "goal__learner", shows=("run__course__title",), row=True),
    Kept("brokerage.SelfRating", "goal__learner", row=True),
    Kept("brokerage.Skill", "learner", row=True),
    Kept("brokerage.Piece", "learner", row=True),
    Kept("brokerage.Share", "learner", hides=("token_hash",), row=True),
    Kept("brokerage.Badge", "voucher__learner", words=("content",)),
    Kept("brokerage.Saved", "learner", shows=("run__course__title",), row=True),
    Kept("brokerage.Wish", "learner", row=True),
    Kept("brokerage.GroupAnswer", "learner", shows=("offer__run__course__title",), row=True),
    Kept("brokerage.Representative", "learner", shows=("user__name",), hides=("token_hash",), words=("email",)),
    # What others have read stays and is nobody's; what nobody has is deleted in `voice.proposing.forget_unshown`.
    Kept("brokerage.Proposal", "learner", shows=("scheme__name",), words=("learner",)),
    Kept("brokerage.Comment", "learner", shows=("proposal__title",), words=("learner",)),
    # How somebody voted. The numbers of a vote that was answered stand with the answer.
    Kept("brokerage.Vote", "learner", shows=("proposal__title",), row=True),
)
