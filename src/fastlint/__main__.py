"""``python -m fastlint`` is the ``fastlint`` command."""

from fastlint.cli import main

if __name__ == "__main__":
    main()
