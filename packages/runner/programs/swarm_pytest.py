"""Tells what pytest does, a JSON document a line, into the file that SWARM_PYTEST_EVENTS names. With SWARM_PYTEST_TESTS, a
file with a JSON list of node ids, only those tests run. Loaded with `-p swarm_pytest`; works with pytest 3.8 and newer."""

import json
import os

import pytest

OUTPUT_LENGTH = 200_000
_events = None
_outcomes = {}


def _tell(**event):
    if _events is not None:
        _events.write(json.dumps(event) + "\n")
        _events.flush()


def pytest_configure(config):
    global _events
    # With xdist its workers load this, too; the one that reports is the controller.
    if not hasattr(config, "workerinput"):
        _events = open(os.environ["SWARM_PYTEST_EVENTS"], "a", encoding="utf-8")
        _tell(kind="root", path=str(getattr(config, "rootpath", None) or config.rootdir))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    wanted = os.environ.get("SWARM_PYTEST_TESTS")
    if wanted is None:
        return
    with open(wanted, encoding="utf-8") as file:
        names = set(json.load(file))
    chosen = [item for item in items if item.nodeid in names]
    others = [item for item in items if item.nodeid not in names]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = chosen


def pytest_collection_finish(session):
    if session.config.option.collectonly:
        for item in session.items:
            _tell(kind="test", id=item.nodeid)


def pytest_collectreport(report):
    if report.failed:
        _tell(kind="broken", id=report.nodeid, detail=_reason(report), output=_text(report))
    elif report.skipped:
        _tell(kind="left-out", id=report.nodeid, detail=_skip_reason(report))


def pytest_runtest_logstart(nodeid, location):
    _outcomes[nodeid] = {"outcome": "pass", "detail": "", "output": "", "seconds": 0.0}
    _tell(kind="start", id=nodeid)


def pytest_runtest_logreport(report):
    test = _outcomes.setdefault(report.nodeid, {"outcome": "pass", "detail": "", "output": "", "seconds": 0.0})
    test["seconds"] += getattr(report, "duration", 0.0)
    if report.failed:
        reason = _reason(report)
        strict = reason.startswith("[XPASS(strict)]")
        if test["outcome"] != "fail":
            test["outcome"] = "unexpected-pass" if strict else "fail"
            test["detail"] = reason if report.when == "call" else "%s: %s" % (report.when, reason)
        test["output"] += _text(report)
    elif report.skipped and test["outcome"] == "pass":
        expected = hasattr(report, "wasxfail")
        test["outcome"] = "expected-fail" if expected else "skip"
        test["detail"] = report.wasxfail if expected else _skip_reason(report)


def pytest_runtest_logfinish(nodeid, location):
    test = _outcomes.pop(nodeid, None)
    if test is not None:
        _tell(kind="end", id=nodeid, **test)


def _reason(report):
    crash = getattr(report.longrepr, "reprcrash", None)
    text = str(crash.message if crash is not None else report.longrepr).strip()
    lines = [line for line in text.splitlines() if line.strip()]
    if crash is not None:
        return lines[0] if lines else ""
    # Of a traceback as text the last line says what happened.
    errors = [line for line in lines if line.startswith("E ")]
    chosen = errors[0][1:] if errors else (lines[0] if lines[:1] and lines[0].startswith("[XPASS") else lines[-1] if lines else "")
    return chosen.strip()


def _skip_reason(report):
    longrepr = report.longrepr
    text = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return text[len("Skipped: "):] if text.startswith("Skipped: ") else text


def _text(report):
    parts = [getattr(report, "longreprtext", None) or str(report.longrepr)]
    parts += ["--- %s\n%s" % section for section in getattr(report, "sections", [])]
    text = "\n".join(parts)
    return text if len(text) <= OUTPUT_LENGTH else text[: OUTPUT_LENGTH // 2] + "\n[...]\n" + text[-OUTPUT_LENGTH // 2 :]
