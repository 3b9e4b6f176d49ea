"""What is kept here about a learner. See `config.personal`."""

from config.personal import Kept, keeps

keeps(Kept("web.Notice", "user__learner"))
