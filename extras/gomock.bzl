"""rules_go's rule gomock, refused when it is built."""

load("//toolchain:refused.bzl", _gomock = "gomock")

gomock = _gomock
