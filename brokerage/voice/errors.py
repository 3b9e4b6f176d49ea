"""What can be refused about proposals, votes and what is said of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class ProposalUnknown(Refusal):
    """Also of a scheme that is not theirs, or one that they may not see yet."""

    code = "voice_proposal_not_found"
    status = 404
    says = _("There is no such proposal in your scheme.")


class NotInScheme(Refusal):
    code = "not_in_scheme"
    status = 422
    says = _("You have no learning account in this scheme.")
    do = _("Choose a scheme that you are in.")


class WordsMissing(Refusal):
    code = "voice_words_missing"
    status = 422
    says = _("Write a few words here.")


class TooManyProposals(Refusal):
    code = "too_many_proposals"
    says = _("You have {most} proposals that nobody has answered yet.")
    do = _("Wait until one of them is answered.")


class ProposalShown(Refusal):
    code = "proposal_shown"
    says = _("Others can read this proposal already, so it cannot be changed any more.")
    do = _("You can add a comment to it.")


class LookedAtAlready(Refusal):
    code = "voice_looked_at"
    says = _("Somebody has looked at this already.")


class NoEnd(Refusal):
    code = "voice_no_end"
    status = 422
    says = _("Say until when people can vote: {shortest} to {longest} days from today.")


class VoteOver(Refusal):
    code = "vote_over"
    says = _("The vote on this proposal is over. Your vote was not changed.")


class VotedThemselves(Refusal):
    code = "voted_themselves"
    says = _("They have voted themselves.")
    do = _("They can change their vote on their own page until the vote ends.")


class VoteStillOpen(Refusal):
    code = "vote_still_open"
    says = _("People can still vote on this.")
    do = _("Answer it when the vote is over.")


class AnsweredAlready(Refusal):
    code = "voice_answered"
    says = _("This proposal has been answered already. An answer stays as it is.")
    do = _("Write under “You said, we did” what has changed since.")


class RuleChangeUnknown(Refusal):
    code = "voice_rule_change_unknown"
    status = 422
    says = _("There is no such change of this scheme's rules.")


class TooManyComments(Refusal):
    code = "too_many_comments"
    says = _("You have written {most} comments on this proposal, and more would leave no room for others.")


class CommentUnknown(Refusal):
    code = "voice_comment_not_found"
    status = 404
    says = _("There is no such comment.")


class EntryUnknown(Refusal):
    code = "said_and_done_not_found"
    status = 404
    says = _("There is no such entry.")


class CorrectedAlready(Refusal):
    code = "said_and_done_corrected"
    says = _("This entry has been corrected already.")
    do = _("Correct the later one.")


class DoneInTheFuture(Refusal):
    code = "done_in_the_future"
    status = 422
    says = _("Write what has been done, with a day that is today or earlier.")


class ChoiceUnknown(Refusal):
    code = "voice_choice_unknown"
    status = 422
    says = _("Choose one of the three.")


class CourseNotSpokenOf(Refusal):
    code = "course_not_spoken_of"
    status = 422
    says = _("Nobody in this scheme has said anything about this course that others can read.")


class OrganisationNotSpokenOf(Refusal):
    code = "organisation_not_spoken_of"
    status = 422
    says = _("Nobody in this scheme has said anything about this organisation that others can read.")


class OneThingOnly(Refusal):
    code = "said_and_done_of_one_thing"
    status = 422
    says = _("Choose one thing that it is about, or none.")
