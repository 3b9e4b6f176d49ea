#!/usr/bin/env python
"""Django's commands. Those that change tables act as the database's owner, all others as the application."""

import os
import sys

OWNERS = {"migrate", "makemigrations", "sqlmigrate", "flush", "dbshell", "sandbox", "ledger roles", "ledger new-era"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if OWNERS & {" ".join(sys.argv[1:2]), " ".join(sys.argv[1:3])}:
        os.environ["WAYMARK_AS_OWNER"] = "1"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
