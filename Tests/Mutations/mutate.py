#!/usr/bin/env python3
"""Breaks the case machine's source in one place at a time, and shows which tests notice.

Usage: Tests/Mutations/mutate.py [NAME ...]      all, or those whose name contains one of the words

A mutation that no test notices is told and makes the exit code 1. The checkout must have no change in Sources;
each file is put back, also when this is interrupted. Each mutation is a build, so all of them take a while.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MACHINE = "Sources/Exchange/Machine/"
# name, file, what stands there, what is put there
MUTATIONS = [
    ("R1 no drain before a command", MACHINE + "CaseMachine.swift",
     "run.drain(isInclusive: command == .tick)\n", "run.refresh()\n"),
    ("R2 leaving a state closes no task", MACHINE + "CaseRun+Steps.swift",
     "closeTasks(of: id, entry: region.entry)\n        recall", "recall"),
    ("R13 a late scheduler changes the instant", MACHINE + "CaseRun+Timers.swift",
     "at = isLate ? looked : max(timer.at, c.lastAt)", "at = looked"),
    ("R14 reminders before ends", "Sources/Exchange/Case/Work.swift",
     "return left.rank < right.rank", "return left.rank > right.rank"),
    ("R15 the clock wins at the instant", MACHINE + "CaseRun+Timers.swift",
     "isInclusive ? timer.at <= now : timer.at < now", "timer.at <= now"),
    ("R18 what fired is forgotten", MACHINE + "CaseRun+Timers.swift",
     "let reader):\n            c.fired.insert(timer.key)\n", "let reader):\n"),
    ("R22 a late end acts", MACHINE + "CaseRun+Timers.swift",
     "if isLate, !isStillWanted(", "if false, !isStillWanted("),
    ("R30 all of nobody agrees", MACHINE + "CaseRun+Tasks.swift",
     "case .all: needed = max(holders, 1)", "case .all: needed = holders - 1"),
    ("R36 all of nobody holds", "Sources/Exchange/Conditions/ProgrammeFunctions.swift",
     "!live.isEmpty && live.allSatisfy", "live.allSatisfy"),
    ("R37 nothing is taken back", MACHINE + "CaseRun+Steps.swift",
     "recall { $0.owner == PendingEffect.Owner(region: id, scope: region.entry) }\n", "\n"),
    ("R46 an error takes the last way", MACHINE + "CaseRun+Steps.swift",
     'return .fault(why: "the condition \\"\\(step.condition?.text ?? "")\\" could not be evaluated")', "continue"),
    ("R47 a hold shifts nothing", MACHINE + "CaseRun+Timers.swift",
     "date = date.adding(days: region.shiftedDays)", "date = date.adding(days: 0)"),
]


def tests():
    """The tests that fail, by name; None if it does not build."""
    build = subprocess.run(["swift", "build", "--build-tests"], cwd=ROOT, capture_output=True, text=True)
    if build.returncode:
        print(build.stdout[-2000:])
        return None
    run = subprocess.run(
        ["swift", "test", "--skip-build", "--filter", "ExchangeTests"], cwd=ROOT, capture_output=True, text=True,
        timeout=900)
    failed = re.findall(r"^✘ Test (.+?) (?:with .*?)?failed after", run.stdout + run.stderr, re.M)
    return sorted(set(failed)) or (["the run ended early"] if run.returncode else [])


def main(words):
    if subprocess.run(["git", "diff", "--quiet", "HEAD", "--", "Sources"], cwd=ROOT).returncode:
        sys.exit("Sources has changes; commit or put them away first")
    missed = []
    for name, file, old, new in MUTATIONS:
        if words and not any(word in name for word in words):
            continue
        path = ROOT / file
        text = path.read_text()
        if text.count(old) != 1:
            sys.exit(f"{name}: what it changes stands {text.count(old)} times in {file}")
        path.write_text(text.replace(old, new))
        try:
            failed = tests()
        finally:
            path.write_text(text)
        if failed is None:
            sys.exit(f"{name}: does not build")
        print(f"{name}: " + (f"noticed by {len(failed)}: " + "; ".join(failed[:4]) if failed else "NOT NOTICED"), flush=True)
        missed += [] if failed else [name]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
