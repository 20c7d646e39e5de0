"""The rules, one file each: `check(subject)` gives its findings, the module's text says why the rule exists."""
