"""What a check is, and how all of them are run and told."""

import asyncio
import inspect
import time


class Missing(Exception):
    """What a check needs is not there."""


class Checks:
    def __init__(self):
        self.all = []

    def add(self, client, endpoint):
        """Declares a check: a function whose docstring says what is to hold, of an endpoint as the client names it."""

        def declare(function):
            self.all.append((client, endpoint, function))
            return function

        return declare

    def run(self):
        """Runs all of them, each told on a line; how many failed."""
        counts = {"ok": 0, "skipped": 0, "FAILED": 0}
        for client, endpoint, function in self.all:
            began = time.monotonic()
            outcome, why = outcome_of(function)
            counts[outcome] += 1
            took = time.monotonic() - began
            print(f"{outcome:8} {client:10} {endpoint:34} {function.__doc__}  [{took:.2f} s]{why}", flush=True)
        print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
        return counts["FAILED"]


def outcome_of(function):
    try:
        result = function()
        if inspect.iscoroutine(result):
            asyncio.run(result)
        return "ok", ""
    except Missing as missing:
        return "skipped", f"\n         {missing}"
    except Exception as failure:  # every failure is told; none ends the run
        return "FAILED", f"\n         {type(failure).__name__}: {failure}"


def holds(condition, seen):
    """Fails with what was seen; assert would be silent under -O."""
    if not condition:
        raise AssertionError(f"seen: {seen!r}")


def raises(kind, call):
    """The failure that a call must end with."""
    try:
        result = call()
    except kind as failure:
        return failure
    raise AssertionError(f"no {kind.__name__}, but {result!r}")
