"""rules_go's rule go_embed_data, refused when it is built."""

load("//toolchain:refused.bzl", _go_embed_data = "go_embed_data")

go_embed_data = _go_embed_data
