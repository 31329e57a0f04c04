"""How it is written right: edits of the smallest statement, applied and checked.

Rule authors use `fastlint.fixes.syntax` and `fastlint.fixes.edits`; the engine uses
`fastlint.fixes.rounds`. Nothing is re-exported here, so that a run pays only for what it uses.
LibCST is imported when the first statement is parsed, never before.
"""
