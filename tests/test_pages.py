"""Every page of ``rules/``, and every edge case in its format, says the truth about fastlint."""

from __future__ import annotations

import sys
from pathlib import Path

import pagecases
import pytest
from complaining import complain
from pagecases import Document, Trial


def _cases(*sections: str) -> pytest.MarkDecorator:
    found = pagecases.trials(*sections)
    return pytest.mark.parametrize("trial", found, ids=[trial.label for trial in found])


def _too_new(trial: Trial) -> None:
    if trial.case.python > sys.version_info[:2]:
        pytest.skip(f"written for Python {'.'.join(map(str, trial.case.python))}")


@pytest.mark.parametrize("document", pagecases.documents(), ids=lambda document: document.shown)
def test_is_a_page(document: Document) -> None:
    complain(list(document.problems))


def test_no_case_has_the_name_of_another() -> None:
    labels = [trial.label for trial in pagecases.trials("Bad", "Good", "Fixed")]
    assert labels
    assert len(set(labels)) == len(labels)


@_cases("Bad")
def test_bad(trial: Trial) -> None:
    said = pagecases.findings(trial)
    complain(
        pagecases.unmet(trial.document.shown, trial.case, said)
        + pagecases.broken_promises(trial, said)
    )


@_cases("Good")
def test_good(trial: Trial) -> None:
    said = pagecases.findings(trial)
    complain(pagecases.unmet(trial.document.shown, trial.case, said))


@_cases("Fixed")
def test_fixed(trial: Trial) -> None:
    shown, case = trial.document.shown, trial.case
    complaints = pagecases.differences(trial, pagecases.fixed(trial))
    complaints += [
        f'{shown}:{case.line}: still {each.code} "{each.message}"'
        for each in pagecases.findings(trial)
        if each.code == trial.document.code
    ]
    complain(complaints)


@_cases("Bad", "Good", "Fixed")
def test_compiles(trial: Trial) -> None:
    _too_new(trial)
    shown = trial.document.shown
    complaints: list[str] = []
    for snippet in trial.case.snippets:
        if not snippet.path.endswith(".py"):
            continue
        refusal = pagecases.refusal(shown, snippet)
        if pagecases.UNPARSED.isdisjoint(mark.code for mark in snippet.marks):
            complaints += [refusal] if refusal else []
        elif refusal is None:
            complaints.append(f"{shown}:{snippet.line}: Python reads this without an error")
    complain(complaints)


_IMPORTED = [each for each in pagecases.trials("Bad", "Good", "Fixed") if pagecases.runnable(each)]


@pytest.mark.parametrize("trial", _IMPORTED, ids=[trial.label for trial in _IMPORTED])
def test_imports(trial: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _too_new(trial)
    monkeypatch.chdir(tmp_path)
    error = pagecases.import_case(pagecases.files_of(trial), tmp_path)
    shown, case = trial.document.shown, trial.case
    complain(pagecases.surprise(shown, case, error))
