"""The verbs that a rule's ``fix`` uses. Each returns the edits, imports included, or none.

None means that it cannot be done without losing or moving a comment, shadowing a name or spoiling
the layout: the finding stays, without a fix. Where a verb can say in a few words why, it returns
`Withheld` instead, which users are shown. The rule decides what the fix is called and whether it is
safe::

    def fix(problem: Problem, syntax: Syntax) -> Offer:
        changed = edits.return_to_raise(syntax, problem.span)
        return edits.offer("Raise it", changed, safe=True)
"""

from __future__ import annotations

from fastlint.fixes.annotations import or_none
from fastlint.fixes.calls import (
    await_call,
    await_instead,
    call_of_attribute,
    pass_callee,
    remove_keyword,
    replace_call,
    uncall_first,
)
from fastlint.fixes.comparisons import compare_digest
from fastlint.fixes.decorating import decorate_with_wraps, move_down, undecorate
from fastlint.fixes.depending import (
    call_argument,
    depend_on_items,
    list_text,
    rewrite_annotation,
    uncall_argument,
    wrap_in_depends,
)
from fastlint.fixes.documenting import document_answers
from fastlint.fixes.functions import make_sync, set_return_annotation, wrap_yield_in_try_finally
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.keywords import set_keywords, uncall_keyword
from fastlint.fixes.literals import (
    replace_in_argument,
    replace_literal,
    replace_string_with_environ,
)
from fastlint.fixes.marker_arguments import drop_ellipsis, move_defaults_out
from fastlint.fixes.modernising import modernise
from fastlint.fixes.moving import move_above, move_below
from fastlint.fixes.offering import offer
from fastlint.fixes.parameters import Order, annotate_parameters, move_defaults, wrap_collection
from fastlint.fixes.replacing import (
    HTML_RESPONSE,
    add_keyword,
    encode,
    name_arguments,
    raise_to_response,
    replace_text,
    tuple_to_response,
    wrap_in_builtin,
    wrap_in_call,
)
from fastlint.fixes.sentinels import none_sentinel
from fastlint.fixes.statements import (
    insert_not_found_check,
    let_through,
    raise_again,
    return_at_end,
    return_nothing,
    return_to_raise,
)
from fastlint.fixes.suppressing import remove_suppression_comment
from fastlint.fixes.swapping import append_imported, swap_texts
from fastlint.fixes.threadpool import run_in_threadpool

__all__ = [
    "HTML_RESPONSE",
    "Order",
    "Wanted",
    "add_keyword",
    "annotate_parameters",
    "append_imported",
    "await_call",
    "await_instead",
    "call_argument",
    "call_of_attribute",
    "compare_digest",
    "decorate_with_wraps",
    "depend_on_items",
    "document_answers",
    "drop_ellipsis",
    "encode",
    "insert_not_found_check",
    "let_through",
    "list_text",
    "make_sync",
    "modernise",
    "move_above",
    "move_below",
    "move_defaults",
    "move_defaults_out",
    "move_down",
    "name_arguments",
    "none_sentinel",
    "offer",
    "or_none",
    "pass_callee",
    "raise_again",
    "raise_to_response",
    "remove_keyword",
    "remove_suppression_comment",
    "replace_call",
    "replace_in_argument",
    "replace_literal",
    "replace_string_with_environ",
    "replace_text",
    "return_at_end",
    "return_nothing",
    "return_to_raise",
    "rewrite_annotation",
    "run_in_threadpool",
    "set_keywords",
    "set_return_annotation",
    "swap_texts",
    "tuple_to_response",
    "uncall_argument",
    "uncall_first",
    "uncall_keyword",
    "undecorate",
    "wrap_collection",
    "wrap_in_builtin",
    "wrap_in_call",
    "wrap_in_depends",
    "wrap_yield_in_try_finally",
]
