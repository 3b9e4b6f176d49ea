#!/usr/bin/env python
"""Django's commands. Those that change tables act as the database's owner, all others as the application."""

import os
import sys

OWNERS = {"migrate", "makemigrations", "sqlmigrate", "flush", "dbshell", "sandbox"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNERS:
        os.environ["WAYMARK_AS_OWNER"] = "1"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
