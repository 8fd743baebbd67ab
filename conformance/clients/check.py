"""Runs every check of the Python clients against the platform at RIVULET_URL; exit status 1 if one fails. See README.md."""

import platform
import sys
from importlib.metadata import version

import anthropic_checks
import openai_checks
import responses_checks
from checks import Checks


def main():
    checks = Checks()
    openai_checks.declare(checks)
    responses_checks.declare(checks)
    anthropic_checks.declare(checks)
    print(f"Python {platform.python_version()}, openai {version('openai')}, anthropic {version('anthropic')}")
    sys.exit(1 if checks.run() else 0)


if __name__ == "__main__":
    main()
