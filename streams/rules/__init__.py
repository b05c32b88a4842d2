"""Judging: rules' rows over a site's events, in event time, by compiled kernels.

`engine` is the face. `columns` turns Arrow batches into numbers, `filters` says which rows play which role, `pending` keeps
them until the watermark has passed, `machine` folds them into a rule's state, the kernels judge, `verdict` writes alerts.
"""
