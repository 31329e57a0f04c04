"""What a command says and where: findings on stdout, everything else on stderr."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from io import TextIOWrapper
from typing import Annotated, ParamSpec, TextIO

import typer

from fastlint.config.problem import ConfigProblem, printable

P = ParamSpec("P")

INTERRUPTED = 130


class Colour(StrEnum):
    """When to use colours."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


ColourOption = Annotated[
    Colour,
    typer.Option(
        "--color",
        help="Colours: `auto` obeys NO_COLOR and FORCE_COLOR, then asks whether it is a terminal.",
        rich_help_panel="Output",
    ),
]


class CannotGoOnError(Exception):
    """What keeps a command from its work and is no defect of fastlint; told without a traceback."""

    def __init__(self, *problems: ConfigProblem) -> None:
        self.problems = problems
        super().__init__("\n".join(problem.message for problem in problems))


def cannot(message: str, advice: str = "") -> CannotGoOnError:
    """The one mistake of a command line, and what to do instead."""
    return CannotGoOnError(ConfigProblem("", 0, 0, 0, message, advice))


def command(run: Callable[P, int]) -> Callable[P, None]:
    """Make a typer command of a function that returns its exit code.

    Whatever goes wrong in it ends with one clear message and 2, never with a bare traceback.
    """

    @wraps(run)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = run(*args, **kwargs)
        except KeyboardInterrupt:
            code = INTERRUPTED
        except CannotGoOnError as error:
            say("\n".join(map(str, error.problems)))
            code = 2
        except Exception as error:  # noqa: BLE001 - the last resort: say it, and how to report it
            _confess(error)
            code = 2
        raise typer.Exit(code)

    # typer reads the annotations several times and would evaluate them each time.
    signature = inspect.signature(run, eval_str=True)
    guarded.__annotations__ = {
        name: parameter.annotation for name, parameter in signature.parameters.items()
    }
    guarded.__signature__ = signature  # type: ignore[attr-defined]
    return guarded


def say(text: str) -> None:
    """Write a message to stderr; what a terminal would obey is shown instead."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write("\n".join(map(printable, text.split("\n"))) + "\n")
        sys.stderr.flush()
    except OSError:  # nobody listens
        return


def write(text: str, stream: TextIO | None = None) -> None:
    """Write a result to stdout (or ``stream``), with escapes for what its encoding lacks.

    Whoever closes the pipe has read enough. Raises `CannotGoOnError` where the disk is full.
    """
    to = stream or sys.stdout
    if to is not None and text:
        if isinstance(to, TextIOWrapper):
            to.reconfigure(errors="backslashreplace")
        _deliver(to, lambda: to.write(text))


def write_bytes(data: bytes) -> None:
    """Write a result to stdout as it is."""
    if sys.stdout is not None:
        _deliver(sys.stdout, lambda: sys.stdout.buffer.write(data))


def _deliver(to: TextIO, send: Callable[[], int]) -> None:
    try:
        send()
        to.flush()
    except OSError as error:
        # Python flushes once more when it ends, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), to.fileno())
        if not isinstance(error, BrokenPipeError):
            raise cannot(f"the output cannot be written: {because(error)}") from error


def because(error: OSError) -> str:
    """The system's own word on what went wrong."""
    return (error.strerror or type(error).__name__).lower()


def wants_colour(
    colour: Colour, stream: TextIO | None, environment: Mapping[str, str] = os.environ
) -> bool:
    """Whether to write colours to ``stream``."""
    if colour is not Colour.AUTO:
        return colour is Colour.ALWAYS
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE", "0") != "0":
        return True
    if environment.get("CLICOLOR") == "0" or environment.get("TERM") == "dumb":
        return False
    return is_terminal(stream)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person sees what is written to ``stream``."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def width() -> int:
    """The columns to write to; $COLUMNS wins, as everywhere."""
    from shutil import get_terminal_size

    return get_terminal_size((100, 24)).columns


def here() -> str:
    """The working folder."""
    try:
        return os.getcwd()
    except OSError as error:
        raise cannot(
            f"the working folder cannot be used: {because(error)}", "change to one that exists"
        ) from error


def _confess(error: Exception) -> None:
    import traceback

    trace = "".join(traceback.format_exception(error, limit=-12)).rstrip("\n")
    say(
        f"error: fastlint failed: {type(error).__name__}: {error}\n"
        "  = help: this is a defect of fastlint: please report it, with the command and the lines"
        f" below\n{trace}"
    )
