"""Judging: rules' rows over a site's events, in event time, by compiled kernels. docs/architecture.md defines what they mean.

`engine` is the face. `columns` turns Arrow batches into numbers (`names`, `places`), `filters` says which rows play which role,
`pending` keeps them until the watermark has passed, `machine` folds them into one rule's state (`frames` and `table` around the
kernels in `repeats`, `chain`, `lapse`, `level`, `travel`; `layout` is what these share), `verdict` writes alerts, `endings`
ends them, `saved` is state as bytes.
"""
