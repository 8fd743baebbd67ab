"""Starts a federation-service with a device of the JVM SDK, then both Python programs, and holds what came of it. See README.md."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROUNDS = 5
#: Seconds for anything to happen: the machine may be busy.
LIMIT = 300


def started(folder, classpath):
    """The service: a JVM that says in one line where it is, and in another what became of its federation."""
    home = os.environ.get("JAVA_HOME")
    java = [
        *(f"{home}/bin/java" if home else "java", "-Xmx768m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"),
        *("-cp", f"{folder}/target/test-classes:{folder}/target/classes:{Path(classpath).read_text().strip()}"),
        *("dev.rivulet.federation.MixedFederation", str(ROUNDS)),
    ]
    return subprocess.Popen(java, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def said(service, word):
    """The line of the service that begins with a word."""
    for line in service.stdout:
        if line.startswith(word + " "):
            return json.loads(line[len(word) + 1 :])
    sys.exit(f"the service ended before it said {word}")


def program(name, *arguments):
    return subprocess.Popen([sys.executable, HERE / name, *map(str, arguments)], stderr=subprocess.PIPE, text=True)


def checks(result):
    """Each check with whether it holds."""
    rounds = result["rounds"]
    unattested = set(result["unattested"])
    yield "the federation ended because its rounds were done", result["stopped"] == "rounds_done"
    yield f"it made {ROUNDS} versions", result["version"] == ROUNDS
    for number, counted in enumerate(rounds, 1):
        yield f"round {number} counted three updates, one of a program that no key stands for", (
            len(counted) == 3 and len(unattested & set(counted)) == 1
        )
        yield f"all three measured the model of round {number} before they trained", all(
            "loss-before" in metrics and "loss-after" in metrics for metrics in counted.values()
        )
    before = [[metrics.get("loss-before", 99) for metrics in each.values()] for each in rounds]
    yield "the loss fell from the first round to the last", sum(before[-1]) < sum(before[0])
    yield f"accuracy on held-out examples is above 0.85: {result['accuracy']:.3f}", result["accuracy"] > 0.85


def main():
    folder, classpath = sys.argv[1:]
    print(f"Python {platform.python_version()}, flwr {version('flwr')}, numpy {version('numpy')}")
    service = started(folder, classpath)
    programs = []
    try:
        ready = said(service, "READY")
        with tempfile.TemporaryDirectory() as home:
            programs.append(program("flower_program.py", ready["flower"], 1))
            programs.append(program("python_program.py", ready["url"], ready["token"], f"{home}/key.pem", 2, ROUNDS))
            result = said(service, "RESULT")
            for each in programs:
                _, errors = each.communicate(timeout=LIMIT)
                if each.returncode:
                    print(errors)
        failed = 0
        for check, holds in [
            *checks(result),
            ("the program of Flower was told that it may end, and ended", programs[0].returncode == 0),
            ("every update of the Python client counts, and a session signs its requests", programs[1].returncode == 0),
        ]:
            print(f"{'ok    ' if holds else 'FAILED'} {check}")
            failed += not holds
        print(f"{failed} failed")
        sys.exit(1 if failed else 0)
    finally:
        for each in [*programs, service]:
            if each.poll() is None:
                each.terminate()


if __name__ == "__main__":
    main()
