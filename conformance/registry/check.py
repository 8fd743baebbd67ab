"""Runs every check of the clients against the registry at RIVULET_REGISTRY_URL; exit status 1 if one fails. See README.md."""

import platform
import sys
from importlib.metadata import version

import hub_checks
import mlflow_checks
from checks import Checks


def main():
    checks = Checks()
    hub_checks.declare(checks)
    mlflow_checks.declare(checks)
    print(
        f"Python {platform.python_version()}, huggingface_hub {version('huggingface_hub')},"
        f" mlflow-skinny {version('mlflow-skinny')}"
    )
    sys.exit(1 if checks.run() else 0)


if __name__ == "__main__":
    main()
