"""One module per rule, named like its page in ``rules/``; `fastlint.catalogue` finds them."""
