"""rules_go's rule bindata, refused when it is built."""

load("//toolchain:refused.bzl", _bindata = "bindata")

bindata = _bindata
