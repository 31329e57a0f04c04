"""The facts room: what one file says, in a form that can be stored and compared.

Facts never look at another file and know no rule. `fastlint.facts.survey` is the door.
"""
