# A part of jq's own suite: a group here and there of a test file, and those with imports. The whole takes seconds a run.
BEGIN { RS = ""; ORS = "\n\n" }
NR % 40 == 5 || /import/
